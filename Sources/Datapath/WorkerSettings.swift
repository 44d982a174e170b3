/// How workers are to work. Settled when they start.
public struct WorkerSettings: Sendable {
  /// How many there are.
  public var workers = 1
  /// The most that there can be.
  public static var maximumWorkers: Int { 64 }
  /// The processors that they are bound to, in order of the workers; those behind the last one, and all if there is
  /// none, run on any.
  public var processors: [Int] = []
  /// Whether queues are moved unasked from a worker that has much to do to one that has little.
  public var balances = true
  /// How many flows the cache of each keeps, rounded up to a power of two, 576 bytes each once they are used; 0 for no cache.
  public var flowCapacity = 16_384
  /// The most that one may keep.
  public static var maximumFlowCapacity: Int { 1 << 22 }
  /// Decides which frames are reported where rules leave that to chance.
  public var samplingSeed = UInt64.random(in: .min ... .max)

  /// For how many microseconds at most one looks for frames before it sleeps; 0 for not at all.
  public var busyPoll: UInt64 = 50

  public init() {}

  func processor(ofWorker number: Int) -> Int? {
    processors.indices.contains(number) ? processors[number] : nil
  }
}
