public import Bytes
public import Match

/// The part a controller plays among several. OpenFlow 1.3.5 section A.3.9; in 1.0, Nicira's extension.
public enum ControllerRole: UInt32, Hashable, Sendable {
  /// Asks for the current role, changes nothing. 1.2 and later only.
  case noChange = 0
  case equal = 1
  /// "Master" in the specifications: may change everything, and makes the primary before it a secondary.
  case primary = 2
  /// "Slave": may only read.
  case secondary = 3

  public var name: String {
    switch self {
    case .noChange: "nochange"
    case .equal: "equal"
    case .primary: "primary"
    case .secondary: "secondary"
    }
  }
}

/// A request for a role, and the answer to it.
public struct RoleMessage: SharedContent {
  public var role: ControllerRole
  /// Orders requests for `primary` and `secondary`: an older one than the newest seen is refused with
  /// `staleRole`. All ones when the message has none (Nicira's has not).
  public var generation: UInt64
  /// Nicira's message: the answer is in the same form.
  public var isNicira: Bool
  /// What the controller calls itself, 1.5 only; all ones when it does not say.
  public var shortID: UInt16

  public init(
    _ role: ControllerRole, generation: UInt64 = ~0, isNicira: Bool = false, shortID: UInt16 = 0xffff
  ) {
    self.role = role
    self.generation = generation
    self.isNicira = isNicira
    self.shortID = shortID
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    var number = try reader.read(UInt32.self)
    generation = ~0
    shortID = 0xffff
    isNicira = reader.isEmpty
    if isNicira {
      // Nicira's numbers have no `noChange`.
      number = number < 3 ? number + 1 : number
    } else {
      let id = try reader.read(UInt16.self)
      if head.version == .v15 { shortID = id }
      try reader.skip(2)
      generation = try reader.read()
    }
    guard let known = ControllerRole(rawValue: number), !isNicira || head.body.last != 3 else {
      throw OpenFlowError(.badRole, head.body.prefix(4))
    }
    role = known
  }

  public func kind(in version: OpenFlowVersion, isReply: Bool) -> MessageKind? {
    if isNicira || version < .v12 {
      if role == .noChange && !isReply { return nil }
      return isReply ? .niciraRoleReply : .niciraRoleRequest
    }
    return isReply ? .roleReply : .roleRequest
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if isNicira || version < .v12 {
      writer.write(role == .noChange ? 0 : role.rawValue - 1)
      return
    }
    writer.write(role.rawValue)
    writer.write(version == .v15 ? shortID : 0)
    writer.pad(2)
    writer.write(generation)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" role=\(role.name)")
    if generation != ~0, role != .noChange || printer.kind == .roleReply {
      printer.append(" generation_id=\(generation)")
    }
  }
}
