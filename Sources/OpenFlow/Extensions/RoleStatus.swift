public import Bytes
public import Match

/// OFPT_ROLE_STATUS: a controller is told that its role has changed without its doing. OpenFlow 1.4.0 section
/// A.4.4; in 1.3 an extension of the Open Networking Foundation.
public struct RoleStatus: MessagePayload {
  /// `OFPCRR_*`.
  public struct Reason: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Another controller has become the primary.
    public static var primaryRequest: Reason { .init(rawValue: 0) }
    public static var configuration: Reason { .init(rawValue: 1) }
    public static var experimenter: Reason { .init(rawValue: 2) }
  }

  /// The role that the controller has now.
  public var role: ControllerRole
  public var reason: Reason
  /// All ones when there is none.
  public var generation: UInt64

  public init(role: ControllerRole, reason: Reason, generation: UInt64) {
    self.role = role
    self.reason = reason
    self.generation = generation
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    guard let role = ControllerRole(rawValue: try reader.read()) else {
      throw OpenFlowError(.badRole, head.body.prefix(4))
    }
    self.role = role
    reason = Reason(rawValue: try reader.read())
    try reader.skip(3)
    generation = try reader.read()
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard version >= .v13 else { return nil }
    return version == .v13 ? .onfRoleStatus : .roleStatus
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(role.rawValue)
    writer.write(reason.rawValue)
    writer.pad(3)
    writer.write(generation)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" role=\(role.name)")
    if generation != .max { printer.append(" generation_id=\(generation)") }
    printer.append(" reason=")
    switch reason {
    case .primaryRequest: printer.append("primary_request")
    case .configuration: printer.append("configuration_changed")
    case .experimenter: printer.append("experimenter_data_changed")
    default: printer.append("(unknown)")
    }
  }
}
