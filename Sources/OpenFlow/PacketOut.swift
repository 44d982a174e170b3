import Bytes
public import Actions
public import Match

/// A frame that a controller wants sent. OpenFlow 1.0 section 5.3.6; 1.3.5 section A.3.7.
public struct PacketOut: Hashable, Sendable {
  /// The port that the frame counts as received on: a real one, `local`, `controller` or `none`.
  public var inPort: PortNumber
  public var actions: [Action]
  public var frame: [UInt8]
}

extension PacketOut {
  init(_ body: ArraySlice<UInt8>, version: OpenFlowVersion) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let buffer = try reader.read(UInt32.self)
    inPort = try reader.readPort(version, else: .badPort)
    let actionByteCount = try reader.read(UInt16.self)
    if version == .v13 { try reader.skip(6) }
    actions = try decodeActions(try reader.take(Int(actionByteCount)), version: version)
    frame = Array(reader.rest())
    // No buffers are announced, so no number of one is known.
    guard buffer == 0xffff_ffff else { throw OpenFlowError(.bufferUnknown, body.prefix(4)) }
    guard inPort <= .maximum || [.local, .controller, .none].contains(inPort) else {
      throw OpenFlowError(.badPort)
    }
  }
}
