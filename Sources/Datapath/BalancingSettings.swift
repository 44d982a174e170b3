/// When queues are moved unasked from a worker that has much to do to one that has little.
public struct BalancingSettings: Equatable, Sendable {
  /// Whether they are at all.
  public var isOn: Bool
  /// Percent of a processor that the busiest worker must have to do: below, nobody would notice.
  public var busyEnough = 50
  /// Percent of it that the moves must take off.
  public var improvement = 25
  /// Seconds that queues stay where they are after some were moved.
  public var pause = 10

  public init(isOn: Bool) { self.isOn = isOn }
}
