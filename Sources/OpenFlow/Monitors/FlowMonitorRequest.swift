public import Bytes
public import Match

/// A controller asks to be told of changes to rules, or no longer: OFPMP_FLOW_MONITOR, OpenFlow 1.4.0 section
/// A.3.5.17; before, extensions of the Open Networking Foundation (1.3) and of Nicira's (NXST_FLOW_MONITOR).
public struct FlowMonitorRequest: Hashable, Sendable {
  /// `OFPFMC_*`; earlier versions have a message of its own for `delete`, `FlowMonitorCancel`.
  public enum Command: UInt8, CaseIterable, Hashable, Sendable {
    case add = 0
    case modify = 1
    case delete = 2
  }

  /// What is told, at the numbers of Nicira's extension.
  public struct Flags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The rules that are there already.
    public static var initial: Flags { .init(rawValue: 1) }
    public static var add: Flags { .init(rawValue: 2) }
    public static var delete: Flags { .init(rawValue: 4) }
    public static var modify: Flags { .init(rawValue: 8) }
    /// What the rules do.
    public static var actions: Flags { .init(rawValue: 0x10) }
    /// In full what the controller itself changed; else only that it did. In 1.4 and later this has the number
    /// of `OFPFMF_ONLY_OWN`, as in Open vSwitch.
    public static var own: Flags { .init(rawValue: 0x20) }

    public static var all: Flags { .init(rawValue: 0x3f) }
  }

  public var command: Command
  /// The controller's own number for the monitor.
  public var id: UInt32
  public var flags: Flags
  /// 255 for all.
  public var table: UInt8
  /// Rules that output to this port alone; `.none` for all.
  public var outPort: PortNumber
  /// Likewise for a group, 1.4 and later; `nil` for all.
  public var outGroup: UInt32?
  public var match: FlowMatch

  public init(
    command: Command = .add, id: UInt32 = 0, flags: Flags = .all, table: UInt8 = 255,
    outPort: PortNumber = .none, outGroup: UInt32? = nil, match: FlowMatch = FlowMatch()
  ) {
    self.command = command
    self.id = id
    self.flags = flags
    self.table = table
    self.outPort = outPort
    self.outGroup = outGroup
    self.match = match
  }
}

/// Several monitors may be asked for in one message.
extension FlowMonitorRequest: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch version {
    case .v10, .v11, .v12: .niciraFlowMonitorRequest
    case .v13: .onfFlowMonitorRequest
    case .v14, .v15: .flowMonitorRequest
    }
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    self.init()
    id = try reader.read()
    if version >= .v14 {
      try read14(&reader, version)
    } else {
      try readExtension(&reader, version)
    }
    guard command == .delete || !flags.isDisjoint(with: [.add, .delete, .modify]) else {
      throw OpenFlowError(.badMonitorFlags)
    }
  }

  private mutating func read14(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    outPort = try reader.readPort(version)
    let group = try reader.read(UInt32.self)
    if group != anyGroup { outGroup = group }
    var bits = try reader.read(UInt16.self)
    table = try reader.read()
    guard let command = Command(rawValue: try reader.read()) else {
      throw OpenFlowError(.badMonitorCommand)
    }
    self.command = command
    // OFPFMF_NO_ABBREV and what is not defined.
    guard bits & ~0x5f == 0 || command == .delete else { throw OpenFlowError(.badMonitorFlags) }
    bits = bits & 0x1f | (bits & 0x40) >> 1
    flags = Flags(rawValue: bits)
    match = try reader.readMatch(version)
  }

  private mutating func readExtension(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    flags = Flags(rawValue: try reader.read())
    guard flags.isSubset(of: .all) else { throw OpenFlowError(.badMonitorFlags) }
    var matchByteCount = 0
    if version == .v13 {
      try reader.skip(2)
      outPort = try reader.readPort(version)
    } else {
      outPort = PortNumber(rawValue: try reader.read())
      matchByteCount = try Int(reader.read(UInt16.self))
    }
    table = try reader.read()
    let padding = try reader.take(version == .v13 ? 3 : 5)
    guard padding.allSatisfy({ $0 == 0 }) else { throw OpenFlowError(.mustBeZero, padding) }
    match = try version == .v13 ? reader.readMatch(version) : reader.readNXM(matchByteCount).match
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    writer.write(id)
    switch version {
    case .v14, .v15:
      writer.writePort(outPort, version)
      writer.write(outGroup ?? anyGroup)
      writer.write(flags.rawValue & 0x1f | (flags.rawValue & 0x20) << 1)
      writer.write(table)
      writer.write(command.rawValue)
      writer.write(match, version: version)
    case .v13:
      writer.write(flags.rawValue)
      let lengthOffset = writer.count
      writer.write(UInt16(0))
      writer.writePort(outPort, version)
      writer.write(table)
      writer.pad(3)
      writer.write(match, version: version, lengthAt: lengthOffset)
    case .v10, .v11, .v12:
      writer.write(flags.rawValue)
      writer.write(outPort.rawValue)
      let lengthOffset = writer.count
      writer.write(UInt16(0))
      writer.write(table)
      writer.pad(5)
      writer.write(nxm: match, lengthAt: lengthOffset)
    }
  }

  public static func print(_ items: [FlowMonitorRequest], to printer: inout MessagePrinter) {
    for item in items { item.print(to: &printer) }
  }

  private func print(to printer: inout MessagePrinter) {
    printer.append("\n id=\(id)")
    guard command != .delete else { return printer.append(" command=delete") }
    printer.append(" flags=")
    printer.append(
      bits: UInt32(flags.rawValue), ["initial", "add", "delete", "modify", "actions", "own"], separator: ",")
    if outPort != .none {
      printer.append(" out_port=")
      printer.append(outPort)
    }
    if let outGroup { printer.append(" out_group=\(outGroup)") }
    if table != 255 {
      printer.append(" table=")
      printer.append(table: table)
    }
    guard !match.isEmpty else { return }
    printer.append(" ")
    printer.append(match)
  }
}

extension ByteWriter {
  /// A match in the version's own form; its length without padding goes to `lengthOffset` as well.
  mutating func write(_ match: FlowMatch, version: OpenFlowVersion, lengthAt lengthOffset: Int) {
    let start = count
    write(match, version: version)
    // The match says its length in its third and fourth byte.
    let high = bytes[start + 2]
    patch(UInt16(high) << 8 | UInt16(bytes[start + 3]), at: lengthOffset)
  }
}

/// Ends a monitor in versions that have no command for it: NXT_FLOW_MONITOR_CANCEL; in 1.3 that of the Open
/// Networking Foundation.
public struct FlowMonitorCancel: MessagePayload {
  public var id: UInt32

  public init(_ id: UInt32) { self.id = id }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    id = try reader.read()
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch version {
    case .v10, .v11, .v12: .flowMonitorCancel
    case .v13: .onfFlowMonitorCancel
    case .v14, .v15: nil
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) { writer.write(id) }

  public func print(to printer: inout MessagePrinter) { printer.append(" id=\(id)") }
}
