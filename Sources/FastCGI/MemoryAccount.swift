internal import EventLoop

/// What the requests of one process keep in memory, from their arrival to their answers: bytes, not requests, because one
/// may be as large as ten thousand others. Pure: what connections keep comes in, whether there is room goes out.
struct MemoryAccount {
  /// What a connection keeps without being charged. Nearly every request is smaller, so that no crowd of large ones takes
  /// its place; 4,096 connections make 16 MiB.
  static let free = 4 << 10
  /// How often a body is in memory while its request waits: as it came, as the text that was read from it, as the
  /// parameters of a statement, and in libpq's buffer, where the last two may be twice as large as what they hold.
  static let copiesOfBody = 6
  /// A piece of a body that is read as it arrives: what is received at once.
  static let piece = 64 << 10
  /// Charges up to that of a body of 16 KiB have a quarter of the memory to themselves.
  static let small = copiesOfBody * 16 << 10

  /// A lack of memory that was not felt for so long has passed, and is told again when it returns.
  static let quiet = Duration.seconds(10)

  private let limit: Int
  private(set) var used = 0
  private var lastRefusal: MonotonicTime?

  init(limit: Int) {
    self.limit = limit
  }

  /// The least limit under which a body of this length is ever taken.
  static func least(bodyLimit: Int) -> Int { (copiesOfBody + 2) * (bodyLimit + 128 << 10) }

  /// What a request costs until it is answered.
  static func cost(parameters: Int, body: Int) -> Int { parameters + copiesOfBody * body }

  /// Charges a connection for `bytes` instead of `before`. False where there is no room, and nothing has changed; less is
  /// never refused.
  mutating func charge(_ bytes: Int, insteadOf before: Int) -> Bool {
    let total = used - before + bytes
    guard bytes <= before || total <= (bytes <= Self.small ? limit : limit - limit / 4) else { return false }
    used = total
    return true
  }

  /// Notes that a charge was refused. Returns whether to say so.
  mutating func isNewRefusal(at now: MonotonicTime) -> Bool {
    defer { lastRefusal = now }
    return lastRefusal.map { now - $0 > Self.quiet } ?? true
  }
}
