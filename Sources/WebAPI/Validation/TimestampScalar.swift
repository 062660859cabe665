extension Timestamp: JSONScalar {
  /// Any moment.
  public static var unconstrained: Bounds<Timestamp> { Bounds() }

  /// As pydantic's AwareDatetime: ISO 8601 with an offset from UTC, or a number of seconds or milliseconds since 1970.
  public static func decode(
    _ input: JSONValue, _ constraint: Bounds<Timestamp>, _ validation: inout Validation
  ) -> Timestamp? {
    let lax: LaxMoment
    do {
      guard let moment = try LaxMoment(input) else {
        validation.report(ValidationError("datetime_type", "Input should be a valid datetime", input: input))
        return nil
      }
      lax = moment
    } catch {
      validation.report(flaw(error, input))
      return nil
    }
    let moment = Timestamp(lax.day, microseconds: lax.time - (lax.offset ?? 0))
    guard constraint.check(moment, input, &validation, text: \.description, json: { .string($0.description) }) != nil
    else { return nil }
    guard lax.offset != nil else {
      validation.report(ValidationError("timezone_aware", "Input should have timezone info", input: input))
      return nil
    }
    if let flaw = lax.unwritable(as: moment) {
      validation.report(flaw.error("datetime_parsing", "Input should be a valid datetime", input))
      return nil
    }
    return moment
  }

  /// Of a text that is no moment, pydantic says what is wrong with it as a date.
  private static func flaw(_ flaw: LaxMoment.Flaw, _ input: JSONValue) -> ValidationError {
    guard case .string(let text) = input else {
      return flaw.error("datetime_parsing", "Input should be a valid datetime", input)
    }
    return LaxMoment.flawAsDate(of: text, else: flaw).error(
      "datetime_from_date_parsing", "Input should be a valid datetime or date", input)
  }

  /// A moment's.
  public static func document(_ constraint: Bounds<Timestamp>) -> JSONValue {
    ["type": "string", "format": "date-time"]
  }

  /// Writes `2026-11-22T08:34:00.123456Z` in quotes, as `description` has it.
  public func write(to writer: inout JSONWriter) {
    let (day, time) = parts
    let seconds = UInt32(truncatingIfNeeded: time / 1_000_000)
    let fraction = UInt32(truncatingIfNeeded: time % 1_000_000)
    let date = day.date
    writer.raw(fraction == 0 ? 22 : 29) { text in
      text[0] = UInt8(ascii: "\"")
      Self.write(UInt32(truncatingIfNeeded: date.year / 100), at: text + 1, then: nil)
      Self.write(UInt32(truncatingIfNeeded: date.year % 100), at: text + 3, then: "-")
      Self.write(UInt32(truncatingIfNeeded: date.month), at: text + 6, then: "-")
      Self.write(UInt32(truncatingIfNeeded: date.day), at: text + 9, then: "T")
      Self.write(seconds / 3600, at: text + 12, then: ":")
      Self.write(seconds / 60 % 60, at: text + 15, then: ":")
      Self.write(seconds % 60, at: text + 18, then: fraction == 0 ? "Z" : ".")
      if fraction != 0 {
        Self.write(fraction / 10_000, at: text + 21, then: nil)
        Self.write(fraction / 100 % 100, at: text + 23, then: nil)
        Self.write(fraction % 100, at: text + 25, then: "Z")
      }
      text[fraction == 0 ? 21 : 28] = UInt8(ascii: "\"")
    }
  }

  /// Writes a number below 100 in two digits, and what separates it from the next.
  @inline(__always) private static func write(
    _ value: UInt32, at text: UnsafeMutablePointer<UInt8>, then separator: Unicode.Scalar?
  ) {
    text.storeTwoDigits(value)
    if let separator { text[2] = UInt8(truncatingIfNeeded: separator.value) }
  }
}

extension LaxMoment {
  /// Years 1 to 9999 are all that can be written: where pydantic counts them, and in UTC, where we write them.
  fileprivate func unwritable(as moment: Timestamp) -> Flaw? {
    if isInYearZero || moment.microseconds < Timestamp.written.lowerBound { return .yearZero }
    return moment.microseconds > Timestamp.written.upperBound ? .tooLarge : nil
  }
}

extension Codec where Value == Timestamp {
  /// A moment.
  public static var dateTime: Codec { scalar() }

  /// A moment within bounds.
  public static func dateTime(minimum: Timestamp? = nil, maximum: Timestamp? = nil) -> Codec {
    scalar(Bounds(minimum: minimum, maximum: maximum))
  }
}
