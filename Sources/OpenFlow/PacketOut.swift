public import Actions
public import Bytes
public import Match

/// A frame that a controller wants sent. OpenFlow 1.0 section 5.3.6; 1.3.5 section A.3.7; 1.5 section A.3.6.
public struct PacketOut: MessagePayload {
  /// The number of a frame that the switch keeps; `nil` when the message carries the frame.
  public var buffer: UInt32?
  /// The port that the frame counts as received on: a real one, `local`, `controller` or `none`.
  public var inPort: PortNumber
  /// Further metadata that the frame counts as having, 1.5 only.
  public var metadata: FlowMatch
  public var actions: [Action]
  public var frame: [UInt8]

  public init(
    inPort: PortNumber = .none, actions: [Action], frame: [UInt8], buffer: UInt32? = nil,
    metadata: FlowMatch = FlowMatch()
  ) {
    self.inPort = inPort
    self.actions = actions
    self.frame = frame
    self.buffer = buffer
    self.metadata = metadata
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    let number = try reader.read(UInt32.self)
    buffer = number == Self.noBuffer ? nil : number
    metadata = FlowMatch()
    let actionByteCount: Int
    if head.version == .v15 {
      actionByteCount = try Int(reader.read(UInt16.self))
      try reader.skip(2)
      let match = try reader.readMatch(head.version, isLoose: true)
      inPort = match.inPort ?? .none
      metadata = match.withoutInPort
    } else {
      inPort = try reader.readPort(head.version)
      actionByteCount = try Int(reader.read(UInt16.self))
      if head.version > .v10 { try reader.skip(6) }
    }
    guard inPort <= .maximum || [.local, .controller, .none].contains(inPort) else {
      throw OpenFlowError(.badPort)
    }
    guard actionByteCount <= reader.count else { throw OpenFlowError(.badLength, reader.remaining.prefix(8)) }
    actions = try decodeActions(try reader.take(actionByteCount), version: head.version)
    frame = buffer == nil ? Array(reader.rest()) : []
  }

  static var noBuffer: UInt32 { 0xffff_ffff }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .packetOut }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(buffer ?? Self.noBuffer)
    var list = ByteWriter()
    list.write(actions, version: version)
    let byteCount = UInt16(clamping: list.count)
    if version == .v15 {
      writer.write(byteCount)
      writer.pad(2)
      var match = metadata
      match.demand(inPort: inPort)
      writer.write(match, version: version)
    } else {
      writer.writePort(inPort, version)
      writer.write(byteCount)
      if version > .v10 { writer.pad(6) }
    }
    writer.write(list.bytes)
    if buffer == nil { writer.write(frame) }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" ")
    if metadata != FlowMatch() {
      var match = metadata
      match.demand(inPort: inPort)
      printer.append(match)
    } else {
      printer.append("in_port=")
      printer.append(inPort)
    }
    printer.append(" actions=")
    printer.append(ActionList.format(actions, names: printer.style.names))
    if let buffer {
      printer.append(" buffer=")
      printer.append(hexadecimal: buffer, digits: 8)
    } else {
      printer.append(" data_len=\(frame.count)")
      printer.append(packet: frame)
    }
    printer.chomp("\n")
    printer.append("\n")
  }
}

extension FlowMatch {
  private static let inPortSlot = Slot(FlowKey.Word.ingress, 48, 16)

  /// The ingress port that the match demands, if it does.
  var inPort: PortNumber? {
    mask(at: Self.inPortSlot) == 0
      ? nil : PortNumber(rawValue: UInt16(truncatingIfNeeded: value(at: Self.inPortSlot)))
  }

  /// The match without a demand on the ingress port.
  var withoutInPort: FlowMatch {
    var result = self
    result.set(Self.inPortSlot, to: 0, mask: 0)
    return result
  }

  mutating func demand(inPort port: PortNumber) { set(Self.inPortSlot, to: UInt64(port.rawValue)) }
}

extension MessagePrinter {
  /// Appends a frame on lines of its own: what it is from verbosity 1 on, its bytes from 3 on.
  mutating func append(packet frame: [UInt8]) {
    guard style.verbosity > 0 else { return }
    append("\n")
    append(FrameText.text(of: frame))
    if style.verbosity > 2 {
      append("\n")
      appendDump(of: frame, hasText: false)
    }
  }
}
