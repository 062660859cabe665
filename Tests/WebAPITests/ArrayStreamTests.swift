import Synchronization
import Testing

@testable import WebAPI

private struct Item: Schema {
  let text: String
  static let schema = ObjectSchema<Item>("Item", Item.init, Field("text", \.text, .string))
}

private struct Broken: Error {}

struct ArrayStreamTests {
  /// A list of so many elements, each slice of ten.
  private static func list(_ count: Int, of length: Int, failsAt end: Int = .max) -> ArrayStream<Item> {
    let next = Mutex(0)
    return ArrayStream { items in
      let start = next.withLock { $0 }
      guard start < end else { throw Broken() }
      let stop = min(start + 10, count)
      for number in start..<stop {
        items.append(Item(text: "\(number)".padding(length)))
      }
      next.withLock { $0 = stop }
      return stop < count
    }
  }

  private static func whole(_ count: Int, of length: Int) async -> [UInt8] {
    await [Item](
      (0..<count).map { Item(text: "\($0)".padding(length)) }
    ).response(status: 200).body
  }

  @Test(arguments: [0, 1, 9, 10, 11, 100]) func `a short list is what an array would be`(_ count: Int) async throws {
    let response = try await Self.list(count, of: 5).response(status: 201)
    #expect(response.status == 201 && response.rest == nil)
    let whole = await Self.whole(count, of: 5)
    #expect(response.body == whole)
  }

  @Test(arguments: [100, 105, 1000]) func `a long list is the same bytes, in pieces`(_ count: Int) async throws {
    let response = try await Self.list(count, of: 5000).response(status: 200)
    var (bytes, longest) = (response.body, 0)
    let rest = try #require(response.rest)
    while let piece = try await rest.next() {
      bytes += piece
      longest = max(longest, piece.count)
    }
    let whole = await Self.whole(count, of: 5000)
    #expect(bytes == whole)
    #expect(response.body.count < 330_000 && longest < 60_000)
    #expect(try await rest.next() == nil)
  }

  @Test func `what fails before an answer is long fails as a whole, and later in the middle`() async throws {
    await #expect(throws: Broken.self) { _ = try await Self.list(100, of: 5, failsAt: 20).response(status: 200) }
    let rest = try #require(try await Self.list(1000, of: 5000, failsAt: 500).response(status: 200).rest)
    await #expect(throws: Broken.self) { while try await rest.next() != nil {} }
  }

  @Test func `it is documented as an array`() {
    #expect(ArrayStream<Item>.document(title: "T") == [Item].document(title: "T"))
    #expect(ArrayStream<Item>.schemas.count == 1)
  }
}

extension String {
  fileprivate func padding(_ length: Int) -> String { self + String(repeating: "x", count: max(0, length - count)) }
}
