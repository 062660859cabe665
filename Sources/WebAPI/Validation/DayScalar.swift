extension Day: JSONScalar {
  /// Any day.
  public static var unconstrained: Bounds<Day> { Bounds() }

  /// As pydantic's date: `2026-11-27`, or a moment whose time of day is zero.
  public static func decode(_ input: JSONValue, _ constraint: Bounds<Day>, _ validation: inout Validation) -> Day? {
    guard let moment = midnight(input, &validation),
      let day = constraint.check(
        moment.day, input, &validation, text: \.description, json: { .string($0.description) })
    else { return nil }
    guard !moment.isInYearZero else {
      let message = "Input should be a valid date in the format YYYY-MM-DD"
      validation.report(LaxMoment.Flaw.yearZero.error("date_parsing", message, input))
      return nil
    }
    return day
  }

  private static func midnight(_ input: JSONValue, _ validation: inout Validation) -> LaxMoment? {
    do {
      guard let moment = try LaxMoment(input) else {
        validation.report(ValidationError("date_type", "Input should be a valid date", input: input))
        return nil
      }
      if moment.time == 0 { return moment }
      let message = "Datetimes provided to dates should have zero time - e.g. be exact dates"
      validation.report(ValidationError("date_from_datetime_inexact", message, input: input))
    } catch {
      validation.report(error.error("date_from_datetime_parsing", "Input should be a valid date or datetime", input))
    }
    return nil
  }

  /// A date's.
  public static func document(_ constraint: Bounds<Day>) -> JSONValue { ["type": "string", "format": "date"] }
  /// `2026-11-27`.
  public func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension Codec where Value == Day {
  /// A date.
  public static var day: Codec { scalar() }

  /// A date within bounds.
  public static func day(minimum: Day? = nil, maximum: Day? = nil) -> Codec {
    scalar(Bounds(minimum: minimum, maximum: maximum))
  }
}
