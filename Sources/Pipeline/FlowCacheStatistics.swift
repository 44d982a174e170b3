/// What a worker's flow cache has measured since it was made.
public struct FlowCacheStatistics: Equatable, Sendable {
  /// Frames that were looked for, those that were found, and how many masks were tried for them.
  public var lookups: UInt64 = 0
  public var hits: UInt64 = 0
  public var probes: UInt64 = 0
  public var flows = 0
  public var masks = 0
  /// Whether it stands aside for now, for some port.
  public var isAside = false
  public init() {}
}
