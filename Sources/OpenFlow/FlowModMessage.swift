import Actions
import Bytes
import Flow
import Match

/// Reads flow mods: OFPT_FLOW_MOD of 1.0 and 1.3, and NXT_FLOW_MOD. OpenFlow 1.0 section 5.3.3; 1.3.5 section
/// A.3.4.1.
///
/// No buffers are announced, so a flow mod that names one is refused; there are no groups, so a delete of
/// the rules that output to one is refused as well, rather than taken for a delete of all.
extension FlowMod {
  private static var noBuffer: UInt32 { 0xffff_ffff }
  private static var allTables: UInt8 { 255 }

  var isDelete: Bool { command == .delete || command == .deleteStrict }

  /// Reads the body of OFPT_FLOW_MOD of 1.0. With `hasTableID` (NXT_FLOW_MOD_TABLE_ID) the upper byte of the
  /// command is the table; else a delete is for all of them and an add for the first.
  init(v10 body: ArraySlice<UInt8>, hasTableID: Bool) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let isExact = try MessageReader(body).peekWildcards() & 0x3f_ffff == 0
    let match = try FlowMatch(v10: &reader.bytes)
    try self.init(fixedPart10: &reader, match: match, hasTableID: hasTableID)
    actions = try decodeActions(reader.rest(), version: .v10)
    // A match without wildcards comes before all others. OpenFlow 1.0 section 3.4.
    if isExact { priority = .max }
  }

  /// Reads the body of NXT_FLOW_MOD. A condition on the cookie is part of its match.
  init(nxm body: ArraySlice<UInt8>, hasTableID: Bool) throws(OpenFlowError) {
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
    actions = try decodeActions(reader.rest(), version: .v10)
  }

  /// Reads the body of OFPT_FLOW_MOD of 1.3.
  init(v13 body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    let cookie = try reader.read(UInt64.self)
    let cookieMask = try reader.read(UInt64.self)
    let table = try reader.read(UInt8.self)
    let command = try Self.command(UInt16(reader.read(UInt8.self)))
    self.init(command: command, table: table)
    guard table != Self.allTables || isDelete else { throw OpenFlowError(.badFlowModTableID) }
    switch command {
    case .add: newCookie = cookie
    case .modify, .modifyStrict, .delete, .deleteStrict:
      (self.cookie, self.cookieMask) = (cookie & cookieMask, cookieMask)
    }
    idleTimeout = try reader.read()
    hardTimeout = try reader.read()
    priority = try reader.read()
    let buffer = try reader.read(UInt32.self)
    if isDelete {
      outPort = try reader.readPort(.v13, else: .badOutPort)
      guard try reader.read(UInt32.self) == anyGroup else { throw OpenFlowError(.badOutGroup) }
    } else {
      try reader.skip(8)
    }
    flags = Flags(rawValue: try reader.read())
    try reader.skip(2)
    match = try FlowMatch(oxm: &reader.bytes)
    actions = try decodeInstructions(reader.rest())
    guard flags.rawValue & ~0x1f == 0 else { throw OpenFlowError(.badFlags) }
    guard buffer == Self.noBuffer || isDelete else { throw OpenFlowError(.bufferUnknown) }
  }

  /// What 1.0's and Nicira's flow mods share: cookie, command, timeouts, priority, buffer, port, flags.
  private init(
    fixedPart10 reader: inout MessageReader, match: FlowMatch, hasTableID: Bool
  ) throws(OpenFlowError) {
    let cookie = try reader.read(UInt64.self)
    let number = try reader.read(UInt16.self)
    let command = try Self.command(hasTableID ? number & 0xff : number)
    self.init(command: command, table: hasTableID ? UInt8(number >> 8) : Self.allTables, match: match)
    newCookie = cookie == ~0 || isDelete ? nil : cookie
    idleTimeout = try reader.read()
    hardTimeout = try reader.read()
    priority = try reader.read()
    let buffer = try reader.read(UInt32.self)
    let port = try reader.readPort(.v10, else: .badOutPort)
    if isDelete { outPort = port }
    let flags = try reader.read(UInt16.self)
    // Bit 2, emergency rules, is not supported: section 5.3.3 has no better error for it.
    guard flags & 4 == 0 else { throw OpenFlowError(.tableFull) }
    guard flags & ~3 == 0 else { throw OpenFlowError(.badFlags) }
    self.flags = Flags(rawValue: flags)
    // In 1.0 an add always clears the counters of the rule it replaces.
    if command == .add { self.flags.insert(.resetCounts) }
    guard buffer == Self.noBuffer || isDelete else { throw OpenFlowError(.bufferUnknown) }
  }

  private static func command(_ number: UInt16) throws(OpenFlowError) -> Command {
    guard let number = UInt8(exactly: number), let command = Command(rawValue: number) else {
      throw OpenFlowError(.badCommand)
    }
    return command
  }
}

/// `OFPG_ANY`.
let anyGroup: UInt32 = 0xffff_ffff

extension MessageReader {
  /// The wildcards at the start of a match of 1.0.
  fileprivate func peekWildcards() throws(OpenFlowError) -> UInt32 {
    var copy = self
    return try copy.read()
  }

  /// A list of NXM entries of that length, and the padding behind it.
  mutating func readNXM(
    _ byteCount: Int
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    let list = try take(byteCount)
    try skip((8 - byteCount % 8) % 8)
    return try FlowMatch.decodeNXM(list)
  }
}
