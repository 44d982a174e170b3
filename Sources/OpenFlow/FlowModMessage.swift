import Actions
public import Bytes
public import Flow
public import Match

/// Flow mods: OFPT_FLOW_MOD of 1.0 and of later versions, and NXT_FLOW_MOD. OpenFlow 1.0 section 5.3.3; 1.3.5
/// section A.3.4.1.
extension FlowMod {
  private static var noBuffer: UInt32 { 0xffff_ffff }
  private static var allTables: UInt8 { 255 }

  var isDelete: Bool { command.isDelete }

  /// Reads a flow mod. In 1.0 and NXT_FLOW_MOD, with `hasTableID` (NXT_FLOW_MOD_TABLE_ID) the upper byte of the
  /// command is the table; else the switch chooses one: all of them for a delete, the first for an add.
  init(_ head: MessageHead, hasTableID: Bool) throws(OpenFlowError) {
    switch (head.kind, head.version) {
    case (.niciraFlowMod, _): try self.init(nxm: head.body, version: head.version, hasTableID: hasTableID)
    case (_, .v10): try self.init(v10: head.body, hasTableID: hasTableID)
    default: try self.init(v11: head.body, version: head.version)
    }
  }

  private init(v10 body: ArraySlice<UInt8>, hasTableID: Bool) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let isExact = try MessageReader(body).peekWildcards() & 0x3f_ffff == 0
    let match = try FlowMatch(v10: &reader.bytes)
    try self.init(fixedPart10: &reader, match: match, hasTableID: hasTableID)
    actions = try decodeActions(reader.rest(), version: .v10)
    // A match without wildcards comes before all others. OpenFlow 1.0 section 3.4.
    if isExact { priority = .max }
  }

  /// A condition on the cookie is part of the match.
  private init(
    nxm body: ArraySlice<UInt8>, version: OpenFlowVersion, hasTableID: Bool
  ) throws(OpenFlowError) {
    var reader = MessageReader(body)
    try self.init(fixedPart10: &reader, match: FlowMatch(), hasTableID: hasTableID)
    let matchByteCount = try Int(reader.read(UInt16.self))
    try reader.skip(6)
    let (match, cookie) = try reader.readNXM(matchByteCount)
    self.match = match
    if let cookie {
      // A new rule has no cookie yet that could be compared.
      guard command != .add else { throw OpenFlowError(.badField) }
      (self.cookie, cookieMask) = (cookie.cookie, cookie.mask)
    }
    actions = try decodeRuleActions(reader.rest(), version: version)
  }

  /// Reads what follows the match of 1.0, and what NXT_FLOW_MOD begins with.
  private init(
    fixedPart10 reader: inout MessageReader, match: FlowMatch, hasTableID: Bool
  ) throws(OpenFlowError) {
    let cookie = try reader.read(UInt64.self)
    let number = try reader.read(UInt16.self)
    let command = try Self.command(hasTableID ? number & 0xff : number)
    self.init(command: command, table: hasTableID ? UInt8(number >> 8) : Self.allTables, match: match)
    newCookie = cookie == ~0 || command.isDelete && cookie == 0 ? nil : cookie
    idleTimeout = try reader.read()
    hardTimeout = try reader.read()
    priority = try reader.read()
    let buffer = try reader.read(UInt32.self)
    if buffer != Self.noBuffer { self.buffer = buffer }
    outPort = try reader.readPort(.v10)
    let flags = try reader.read(UInt16.self)
    // Bit 2, emergency rules, is not supported: section 5.3.3 has no better error for it.
    guard flags & 4 == 0 else { throw OpenFlowError(.tableFull) }
    guard flags & ~3 == 0 else { throw OpenFlowError(.badFlags) }
    self.flags = Flags(rawValue: flags)
    // In 1.0 an add always clears the counters of the rule it replaces.
    if command == .add { self.flags.insert(.resetCounts) }
  }

  private init(v11 body: ArraySlice<UInt8>, version: OpenFlowVersion) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let cookie = try reader.read(UInt64.self)
    let cookieMask = try reader.read(UInt64.self)
    let table = try reader.read(UInt8.self)
    let command = try Self.command(UInt16(reader.read(UInt8.self)))
    self.init(command: command, table: table)
    // 1.1 adds what it finds nothing of to modify, unless it was to look for a cookie.
    if command == .add || version == .v11 && !command.isDelete && cookieMask == 0 {
      newCookie = cookie
    } else {
      (self.cookie, self.cookieMask) = (cookie, cookieMask)
    }
    idleTimeout = try reader.read()
    hardTimeout = try reader.read()
    priority = try reader.read()
    let buffer = try reader.read(UInt32.self)
    if buffer != Self.noBuffer { self.buffer = buffer }
    outPort = try reader.readPort(version)
    let group = try reader.read(UInt32.self)
    if group != anyGroup { outGroup = group }
    flags = Flags(rawValue: try reader.read())
    let importance = try reader.read(UInt16.self)
    if version >= .v14, command == .add { self.importance = importance }
    match = try reader.readMatch(version)
    actions = try decodeRuleActions(reader.rest(), version: version)
    guard table != Self.allTables || isDelete else { throw OpenFlowError(.badFlowModTableID) }
    guard flags.isSubset(of: .known(version)) else { throw OpenFlowError(.badFlags) }
    // Up to 1.2 an add always clears the counters of the rule it replaces.
    if version == .v11, command == .add { flags.insert(.resetCounts) }
  }

  private static func command(_ number: UInt16) throws(OpenFlowError) -> Command {
    guard let number = UInt8(exactly: number), let command = Command(rawValue: number) else {
      throw OpenFlowError(.badCommand)
    }
    return command
  }
}

extension FlowMod.Flags {
  /// Those that `version` can say.
  static func known(_ version: OpenFlowVersion) -> FlowMod.Flags {
    switch version {
    case .v10, .v11: [.sendFlowRemoved, .checkOverlap]
    case .v12: [.sendFlowRemoved, .checkOverlap, .resetCounts]
    case .v13, .v14, .v15:
      [.sendFlowRemoved, .checkOverlap, .resetCounts, .noPacketCounts, .noByteCounts]
    }
  }
}

/// How a flow mod of 1.0 is written.
public struct FlowModForm: Hashable, Sendable {
  /// NXT_FLOW_MOD; else OFPT_FLOW_MOD. `nil` for whichever can say what there is to say.
  public var isNicira: Bool?
  /// Whether NXT_FLOW_MOD_TABLE_ID is in force, so that the message can name a table.
  public var hasTableID: Bool

  public init(isNicira: Bool? = nil, hasTableID: Bool = true) {
    self.isNicira = isNicira
    self.hasTableID = hasTableID
  }
}

/// A flow mod in the form that was chosen.
public struct FlowModMessage: MessagePayload {
  public var mod: FlowMod
  public var form: FlowModForm

  public init(_ mod: FlowMod, form: FlowModForm = FlowModForm()) {
    self.mod = mod
    self.form = form
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch form.isNicira {
    case true?: .niciraFlowMod
    case false?: .flowMod
    case nil:
      // Later versions can say all of it.
      switch version {
      case .v10 where mod.cookieMask != 0 || !mod.match.fieldsBeyond10.isEmpty: .niciraFlowMod
      case .v11 where !mod.match.fieldsBeyond11.isEmpty: .niciraFlowMod
      default: .flowMod
      }
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if kind(in: version) == .niciraFlowMod {
      encodeFixedPart10(to: &writer)
      let lengthOffset = writer.count
      writer.pad(8)
      let cookie = mod.cookieMask == 0 ? nil : CookieMatch(cookie: mod.cookie, mask: mod.cookieMask)
      writer.write(nxm: mod.match, cookie: cookie, lengthAt: lengthOffset)
    } else if version == .v10 {
      writer.write(mod.match, version: .v10)
      encodeFixedPart10(to: &writer)
    } else {
      encodeFixedPart(to: &writer, version)
      writer.write(mod.match, version: version)
    }
    writer.write(ruleActions: mod.actions, version: version, for: mod.match)
  }

  private func encodeFixedPart10(to writer: inout ByteWriter) {
    let keepsCookie = mod.newCookie == nil && !mod.command.isDelete && mod.command != .add
    writer.write(mod.newCookie ?? (keepsCookie ? ~0 : 0))
    writer.write(UInt16(mod.command.rawValue) | (form.hasTableID ? UInt16(mod.table) << 8 : 0))
    writer.write(mod.idleTimeout)
    writer.write(mod.hardTimeout)
    writer.write(mod.priority)
    writer.write(mod.buffer ?? PacketOut.noBuffer)
    writer.writePort(mod.outPort, .v10)
    writer.write(mod.flags.intersection(.known(.v10)).rawValue)
  }

  private func encodeFixedPart(to writer: inout ByteWriter, _ version: OpenFlowVersion) {
    let adds = mod.command == .add || version == .v11 && !mod.command.isDelete && mod.cookieMask == 0
    writer.write(adds ? mod.newCookie ?? 0 : mod.cookie)
    writer.write(adds ? 0 : mod.cookieMask)
    // No version but 1.0 lets the switch choose.
    writer.write(mod.table == 255 && !mod.command.isDelete ? 0 : mod.table)
    writer.write(mod.command.rawValue)
    writer.write(mod.idleTimeout)
    writer.write(mod.hardTimeout)
    writer.write(mod.priority)
    writer.write(mod.buffer ?? PacketOut.noBuffer)
    writer.writePort(mod.outPort, version)
    writer.write(mod.outGroup ?? anyGroup)
    writer.write(mod.flags.intersection(.known(version)).rawValue)
    writer.write(version >= .v14 ? mod.importance : 0)
  }

  public func print(to printer: inout MessagePrinter) {
    let names = ["ADD", "MOD", "MOD_STRICT", "DEL", "DEL_STRICT"]
    printer.append(" " + names[Int(mod.command.rawValue)])
    if mod.table != 0 {
      printer.append(" table:")
      printer.append(table: mod.table)
    }
    printer.append(" ")
    let start = printer.text.utf8.count
    if mod.priority != 32_768 {
      printer.append("priority=\(mod.priority)")
      if !mod.match.isEmpty { printer.append(",") }
    }
    printer.append(mod.match)
    if printer.text.utf8.count > start { printer.append(" ") }
    if let cookie = mod.newCookie, cookie != 0, cookie != ~0 {
      printer.append("cookie:0x\(String(cookie, radix: 16)) ")
    }
    if mod.cookieMask != 0 {
      printer.append("cookie:0x\(String(mod.cookie, radix: 16))/0x\(String(mod.cookieMask, radix: 16)) ")
    }
    if mod.idleTimeout != 0 { printer.append("idle:\(mod.idleTimeout) ") }
    if mod.hardTimeout != 0 { printer.append("hard:\(mod.hardTimeout) ") }
    if mod.importance != 0 { printer.append("importance:\(mod.importance) ") }
    if let buffer = mod.buffer { printer.append("buf:0x\(String(buffer, radix: 16)) ") }
    if mod.outPort != .none {
      printer.append("out_port:")
      printer.append(mod.outPort)
      printer.append(" ")
    }
    // An add of 1.0 and 1.1 clears counters without saying so.
    var flags = mod.flags
    if printer.version < .v12 || printer.kind == .niciraFlowMod { flags.remove(.resetCounts) }
    printer.append(flags)
    printer.append("actions=")
    printer.append(ActionList.format(mod.actions, names: printer.style.names))
  }
}

/// `OFPG_ANY`: as a filter, any group or none.
let anyGroup: UInt32 = 0xffff_ffff

extension MessagePrinter {
  /// Appends a rule's flags, a blank behind each.
  mutating func append(_ flags: FlowMod.Flags) {
    let names: [(FlowMod.Flags, String)] = [
      (.sendFlowRemoved, "send_flow_rem "), (.checkOverlap, "check_overlap "),
      (.resetCounts, "reset_counts "), (.noPacketCounts, "no_packet_counts "),
      (.noByteCounts, "no_byte_counts "),
    ]
    for (flag, name) in names where flags.contains(flag) { append(name) }
  }
}

extension MessageReader {
  /// The wildcards of a match of 1.0, without reading them.
  fileprivate func peekWildcards() throws(OpenFlowError) -> UInt32 {
    var copy = self
    return try copy.read()
  }
}
