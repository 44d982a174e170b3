public import Pipeline

/// All that a port has counted, to be moved to another one.
public struct PortCounts: Equatable, Sendable {
  /// `receiveDrops` and `sendDrops` are the sums of what follows; `heldFragments` stay where they are.
  public var statistics = PortStatistics()
  public var drops: [DropReason: UInt64] = [:]
  public var copyDrops: [DropReason: UInt64] = [:]
  public init() {}
}

/// What is added to a port's own counters, so that they go on from those of another one.
struct CountsOffset {
  private var offset = PortCounts()

  /// The offset with which counters that are `counts` now show `wanted`. It wraps around if they have counted more.
  init(from counts: PortCounts, to wanted: PortCounts) {
    for path in Self.numbers {
      offset.statistics[keyPath: path] = wanted.statistics[keyPath: path] &- counts.statistics[keyPath: path]
    }
    offset.drops = Self.difference(wanted.drops, counts.drops)
    offset.copyDrops = Self.difference(wanted.copyDrops, counts.copyDrops)
  }

  init() {}

  func added(to statistics: PortStatistics) -> PortStatistics {
    var result = statistics
    for path in Self.numbers { result[keyPath: path] &+= offset.statistics[keyPath: path] }
    result.receiveDrops &+= offset.drops.values.reduce(0, &+)
    result.sendDrops &+= offset.copyDrops.values.reduce(0, &+)
    return result
  }

  func added(toDrops drops: [DropCount]) -> [DropCount] { Self.sum(drops, offset.drops) }
  func added(toCopyDrops drops: [DropCount]) -> [DropCount] { Self.sum(drops, offset.copyDrops) }

  private static var numbers: [WritableKeyPath<PortStatistics, UInt64>] {
    [\.receivedPackets, \.receivedBytes, \.sentPackets, \.sentBytes, \.receiveErrors]
  }

  private static func difference(
    _ wanted: [DropReason: UInt64], _ counts: [DropReason: UInt64]
  ) -> [DropReason: UInt64] {
    var result: [DropReason: UInt64] = [:]
    for reason in DropReason.allCases { result[reason] = (wanted[reason] ?? 0) &- (counts[reason] ?? 0) }
    return result.filter { $0.value != 0 }
  }

  private static func sum(_ drops: [DropCount], _ offset: [DropReason: UInt64]) -> [DropCount] {
    guard !offset.isEmpty else { return drops }
    let counted = Dictionary(uniqueKeysWithValues: drops.map { ($0.reason, $0.count) })
    return DropReason.allCases.compactMap { reason in
      let count = (counted[reason] ?? 0) &+ (offset[reason] ?? 0)
      return count == 0 ? nil : DropCount(reason: reason, count: count)
    }
  }
}

extension BridgePort {
  /// What it has counted so far.
  public var counts: PortCounts {
    var counts = PortCounts()
    counts.statistics = statistics
    for drop in drops { counts.drops[drop.reason] = drop.count }
    for drop in copyDrops { counts.copyDrops[drop.reason] = drop.count }
    return counts
  }

  /// Counts on from `counts`.
  public func goOn(from counts: PortCounts) {
    offset = CountsOffset()
    offset = CountsOffset(from: self.counts, to: counts)
  }
}
