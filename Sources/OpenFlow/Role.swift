import Bytes
public import Match

/// The part a controller plays among several. OpenFlow 1.3.5 section A.3.9; in 1.0, Nicira's extension.
public enum ControllerRole: Hashable, Sendable {
  /// Asks for the current role, changes nothing. 1.3 only.
  case noChange
  case equal
  /// "Master" in the specifications: may change everything, and makes the primary before it a secondary.
  case primary
  /// "Slave": may only read.
  case secondary
}

/// A request for a role, and the answer to it.
public struct RoleMessage: Hashable, Sendable {
  public var role: ControllerRole
  /// Orders requests for `primary` and `secondary`: an older one than the newest seen is refused with
  /// `staleRole`. All ones when the message has none (Nicira's has not).
  public var generation: UInt64
  /// Nicira's message: the answer is in the same form.
  public var isNicira: Bool

  public init(_ role: ControllerRole, generation: UInt64 = ~0, isNicira: Bool = false) {
    self.role = role
    self.generation = generation
    self.isNicira = isNicira
  }

  init(_ body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let number = try reader.read(UInt32.self)
    try reader.skip(4)
    generation = try reader.read()
    try reader.expectEnd()
    isNicira = false
    switch number {
    case 0: role = .noChange
    case 1: role = .equal
    case 2: role = .primary
    case 3: role = .secondary
    default: throw OpenFlowError(.badRole, body.prefix(4))
    }
  }

  init(nicira body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let number = try reader.read(UInt32.self)
    try reader.expectEnd()
    generation = ~0
    isNicira = true
    switch number {
    case 0: role = .equal
    case 1: role = .primary
    case 2: role = .secondary
    default: throw OpenFlowError(.badRole, body)
    }
  }

  /// The reply: the role that holds now.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    let number: UInt32 =
      switch role {
      case .noChange: 0
      case .equal: 1
      case .primary: 2
      case .secondary: 3
      }
    if isNicira || version == .v10 {
      return encodeNiciraMessage(NiciraType.roleReply, version: version, xid: xid) { writer in
        writer.write(number == 0 ? 0 : number - 1)
      }
    }
    return encodeMessage(MessageType.roleReply13, version: version, xid: xid) { writer in
      writer.write(number)
      writer.pad(4)
      writer.write(generation)
    }
  }
}
