/// Collects errors on the way down a value; places are completed on the way back up, so that a valid value costs none.
public struct Validation {
  /// What has been found so far.
  public internal(set) var errors: [ValidationError] = []
  private var orders: [InputOrder] = []

  /// Reports an error at the current place.
  public mutating func report(_ error: ValidationError) {
    errors.append(error)
  }

  /// Runs `body`; errors that it reports lie one `step` deeper.
  public mutating func within<Result>(
    _ step: @autoclosure () -> ValidationError.Step, _ body: (inout Validation) -> Result
  ) -> Result {
    let known = errors.count
    let result = body(&self)
    for index in errors.indices.dropFirst(known) { errors[index].location.insert(step(), at: 0) }
    return result
  }

  /// Notes to which kind of input the newest errors belong.
  mutating func note(_ order: InputOrder) {
    while orders.count < errors.count { orders.append(order) }
  }

  /// All errors in FastAPI's order, whatever order the handler takes its inputs in.
  var failure: RequestValidationError {
    let sorted = zip(orders, errors).enumerated().sorted {
      ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
    }
    return RequestValidationError(sorted.map(\.element.1))
  }
}
