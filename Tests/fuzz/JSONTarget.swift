@testable import WebAPI

/// What is read as JSON is written as JSON, which is read as the same value; an error's place is in the text.
func checkJSON(_ input: [UInt8]) {
  do throws(JSONError) {
    let value = try JSONParser.parse(input)
    let written = bytes(value)
    let again: JSONValue
    do throws(JSONError) { again = try JSONParser.parse(written) } catch {
      broken("what was written is no JSON: \(error)")
    }
    require(again == value.plain, "\(value)\nis read again as \(again)")
    require(bytes(again) == written, "what is written a second time differs")
  } catch {
    checkPlace(error, input)
  }
}

private func bytes(_ value: JSONValue) -> [UInt8] {
  var writer = JSONWriter()
  writer.value(value)
  return writer.bytes
}

private func checkPlace(_ error: JSONError, _ input: [UInt8]) {
  guard case .syntax(_, let offset) = error else { return }
  guard let text = JSONText(input) else { broken("a place in what is no text") }
  require(0...text.characters(before: text.bytes.count) ~= offset, "the place \(offset) is outside of the text")
}

extension JSONValue {
  /// The value without what JSON cannot carry: infinities, NaN and halves of surrogate pairs.
  fileprivate var plain: JSONValue {
    switch self {
    case .number(let number) where !number.isFinite: return .null
    case .malformedString(let text): return .string(text)
    case .array(let elements): return .array(elements.map(\.plain))
    case .object(let object):
      var plain = JSONObject()
      for member in object.members { plain.set(member.key.text, member.value.plain) }
      return .object(plain)
    default: return self
    }
  }
}
