public import Bytes
public import Flow
public import Match

/// OFPT_REQUESTFORWARD: a controller is told what another one changed in the group and meter tables. OpenFlow 1.4.0
/// section A.4.6; before that, extensions of the Open Networking Foundation (1.3) and of Nicira's.
public struct RequestForward: MessagePayload {
  public enum Request: Hashable, Sendable {
    case groupMod(GroupMod)
    case meterMod(MeterMod)
  }

  public var request: Request
  /// Of the request as it came.
  public var xid: UInt32

  public init(_ request: Request, xid: UInt32) {
    self.request = request
    self.xid = xid
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    guard let frame = OpenFlowFrame(firstOf: head.body) else {
      throw OpenFlowError(.badLength, head.body.prefix(8))
    }
    guard frame.header.version == head.version.rawValue else {
      throw OpenFlowError(.badVersion, head.body.prefix(8))
    }
    xid = frame.header.xid
    let inner = try MessageHead(frame)
    switch inner.kind {
    case .groupMod, .niciraGroupMod: request = .groupMod(try GroupMod(inner))
    case .meterMod: request = .meterMod(try MeterMod(inner))
    default: throw OpenFlowError(.bundleMessageUnsupported, head.body.prefix(8))
    }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard payload.kind(in: version) != nil else { return nil }
    return switch version {
    case .v10, .v11, .v12: .niciraRequestForward
    case .v13: .onfRequestForward
    case .v14, .v15: .requestForward
    }
  }

  private var payload: any MessagePayload {
    switch request {
    case .groupMod(let mod): mod
    case .meterMod(let mod): mod
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(payload.encode(version: version, xid: xid))
  }

  public func print(to printer: inout MessagePrinter) {
    switch request {
    case .groupMod: printer.append(" reason=group_mod")
    case .meterMod: printer.append(" reason=meter_mod")
    }
    payload.print(to: &printer)
  }
}
