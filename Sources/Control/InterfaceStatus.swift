public import Ports

/// How a port is doing.
public enum PortState: Hashable, Sendable, CustomStringConvertible {
  case up
  case down
  /// What it waits for; it goes on by itself as soon as that is there.
  case waiting(String)
  /// Why what was there is there no more; it goes on by itself when it comes back.
  case gone(String)
  case failed(String)

  public var description: String {
    switch self {
    case .up: "up"
    case .down: "down"
    case .waiting(let reason): "waiting: \(reason)"
    case .gone(let reason): "gone: \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }

  /// What the column `error` holds.
  var error: String? {
    switch self {
    case .up, .down: nil
    case .waiting(let reason), .gone(let reason), .failed(let reason): reason
    }
  }
}

/// What the running switch knows of an interface: the source of the columns that nobody can set.
public struct InterfaceStatus: Equatable, Sendable {
  public var state: PortState
  /// How long it has been like that, in seconds.
  public var secondsInState: UInt64?
  public var mac: UInt64?
  public var mtu: Int?
  public var isAdminUp: Bool?
  public var isLinkUp: Bool?
  /// The kernel's number for the device.
  public var deviceIndex: Int32?
  /// What the device says of itself.
  public var report: PortReport
  /// Counters under the names of the column `statistics`.
  public var statistics: [String: UInt64]

  public init(
    state: PortState = .waiting("the transaction is not complete"), secondsInState: UInt64? = nil,
    mac: UInt64? = nil, mtu: Int? = nil,
    isAdminUp: Bool? = nil, isLinkUp: Bool? = nil, deviceIndex: Int32? = nil,
    report: PortReport = PortReport(),
    statistics: [String: UInt64] = [:]
  ) {
    self.state = state
    self.secondsInState = secondsInState
    self.mac = mac
    self.mtu = mtu
    self.isAdminUp = isAdminUp
    self.isLinkUp = isLinkUp
    self.deviceIndex = deviceIndex
    self.report = report
    self.statistics = statistics
  }
}

extension InterfaceStatus {
  /// What the column `status` holds.
  var facts: [String: String] {
    var facts = report.facts
    facts["state"] = state.description
    if let secondsInState { facts["sec_in_state"] = String(secondsInState) }
    if !report.warnings.isEmpty { facts["warning"] = report.warnings.joined(separator: "; ") }
    return facts
  }
}
