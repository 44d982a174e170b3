/// A port that knows more of its device than whether it is up.
public protocol ReportingPort: Port {
  /// How the device is used now. Called by the control thread at any time; may ask the kernel.
  func report() -> PortReport
}

/// What a port says of its device, for people.
public struct PortReport: Hashable, Sendable {
  /// By the name under which the column `status` has it.
  public var facts: [String: String]
  /// What loses frames although the port works, each with what to do.
  public var warnings: [String]

  public init(facts: [String: String] = [:], warnings: [String] = []) {
    self.facts = facts
    self.warnings = warnings
  }
}
