internal import Glibc

/// How many descriptors this process may have (RLIMIT_NOFILE of getrlimit(2)).
enum DescriptorLimit {
  /// Raises the limit as far as it may, and returns it: shells and service managers start programs with 1,024, for the
  /// sake of old ones that use select(2), and this one may have 4,096 connections.
  static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    var highest = limit
    highest.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &highest) == 0 { limit = highest }
    return Int(clamping: limit.rlim_cur)
  }

  /// The connections of web servers that `limit` leaves room for, beside those to the database, of which each may be
  /// about to be replaced, and what else is open. At least a few, for which there may be room after all.
  static func connections(of limit: Int, poolSize: Int) -> Int {
    max(limit - 2 * poolSize - 64, 16)
  }
}
