extension SQLTokens {
  /// What stands before a parenthesis and calls nothing.
  private static let keywords: Set<String> = [
    "all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "exists", "filter", "from",
    "having", "ilike", "in", "intersect", "is", "join", "lateral", "like", "limit", "materialized", "not", "offset",
    "on", "or", "over", "row", "select", "some", "then", "union", "using", "values", "when", "where",
  ]
  /// Functions of PostgreSQL's own, of which two calls are no more than one.
  private static let functions: Set<String> = [
    "array_agg", "avg", "cardinality", "char_length", "coalesce", "count", "greatest", "least", "length", "lower",
    "max", "min", "nullif", "octet_length", "string_agg", "sum", "trim", "upper",
  ]

  /// Whether a text calls no function but those that are known to do nothing besides. Others may draw a number from a
  /// sequence, take a lock or sleep, and each call counts. What views, operators and casts call, a text does not tell; their
  /// authors expect to be called any number of times.
  static func callOnlyKnownFunctions(_ text: String) -> Bool {
    var isQualified = false
    var last: Token?
    for token in SQLTokens(text) {
      if token.isSymbol("("), let last, last.name != nil, isQualified || !isKnown(last) { return false }
      if token.name != nil { isQualified = last?.isSymbol(".") ?? false }
      last = token
    }
    return true
  }

  private static func isKnown(_ token: Token) -> Bool {
    token.kind == .word && (keywords.contains(token.value) || functions.contains(token.value))
  }
}
