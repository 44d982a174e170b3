/// How the worker is to work. Settled when it starts.
public struct WorkerSettings: Sendable {
  /// How many flows its cache keeps, rounded up to a power of two, 512 bytes each once they are used; 0 for no cache.
  public var flowCapacity = 65_536
  /// The most that it may keep.
  public static var maximumFlowCapacity: Int { 1 << 22 }

  public init() {}
}
