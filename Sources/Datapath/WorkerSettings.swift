/// How workers are to work. Settled when they start.
public struct WorkerSettings: Sendable {
  /// How many there are.
  var workers = 1
  /// How many flows the cache of each keeps, rounded up to a power of two, 512 bytes each once they are used; 0 for no cache.
  public var flowCapacity = 16_384
  /// The most that one may keep.
  public static var maximumFlowCapacity: Int { 1 << 22 }
  /// Decides which frames are reported where rules leave that to chance.
  public var samplingSeed = UInt64.random(in: .min ... .max)

  /// For how many microseconds at most one looks for frames before it sleeps; 0 for not at all.
  public var busyPoll: UInt64 = 50

  public init() {}
}
