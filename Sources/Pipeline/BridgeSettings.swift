/// What a bridge is told, apart from its ports and rules.
public struct BridgeSettings: Equatable, Sendable {
  /// `fail_mode`: whether the bridge switches like a plain one without a controller.
  public enum FailMode: String, CaseIterable, Sendable {
    /// Without a controller a rule of priority 0 with the action NORMAL is there from the start; with
    /// controllers the bridge forwards as if it had none while it has lost all of them.
    case standalone
    /// No rule is there from the start, and none comes by itself: nothing is forwarded until one is added.
    case secure
  }

  public var failMode: FailMode
  /// Whether the bridge has primary controllers, connected or not: they are to make its rules.
  public var hasController: Bool
  /// Seconds after which a learned MAC address is forgotten: `other_config:mac-aging-time`, 300.
  public var macAgingSeconds: Int
  /// Learned MAC addresses at most: `other_config:mac-table-size`, 8192, at least 10, at most 1,000,000.
  public var macTableSize: Int
  /// Whether frames to 01:80:c2:00:00:00 to 0f are forwarded: `other_config:forward-bpdu`.
  public var forwardsReservedMulticast: Bool

  /// `other_config:resubmit-depth`, 64, and `other_config:resubmit-limit`, 4096.
  public var resubmitLimits = ResubmitLimits()

  /// What is done with IP fragments: `set-frags`.
  public var fragments = FragmentHandling.normal

  /// At most `MirrorSet.limit`.
  public var mirrors: [MirrorSettings] = []

  /// What tables do with frames that no rule of them matches: `mod-table`. A table that is not named drops.
  public var tableMisses: [UInt8: BridgeRecord.Miss] = [:]

  public init(
    failMode: FailMode = .standalone, hasController: Bool = false, macAgingSeconds: Int = 300,
    macTableSize: Int = 8192,
    forwardsReservedMulticast: Bool = false
  ) {
    self.failMode = failMode
    self.hasController = hasController
    self.macAgingSeconds = macAgingSeconds
    self.macTableSize = macTableSize
    self.forwardsReservedMulticast = forwardsReservedMulticast
  }
}
