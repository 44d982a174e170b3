import Bytes
import Match

extension Action {
  /// `ct(...)`: sends the frame through connection tracking.
  public struct ConnectionTrack: Hashable, Sendable {
    /// Connections of different zones have nothing to do with each other.
    public enum Zone: Hashable, Sendable {
      case number(UInt16)
      /// 16 bits.
      case field(Subfield)
    }

    /// Protocols whose control connections announce data connections, by their TCP or UDP port.
    public enum Helper {
      public static var ftp: UInt16 { 21 }
      public static var tftp: UInt16 { 69 }
    }

    /// Whether the connection is remembered.
    public var commits: Bool
    /// Whether a connection of the opposite direction is forgotten; needs `commits`.
    public var forces: Bool
    public var zone: Zone
    /// Where a copy of the frame goes on when its connection is known; `nil` for nowhere.
    public var table: UInt8?
    /// One of `Helper`, 0 for none.
    public var helper: UInt16
    /// `nat` and the actions of `exec`: they write `ct_mark` and `ct_label`.
    public var actions: [Action]

    public init(
      commits: Bool = false, forces: Bool = false, zone: Zone = .number(0), table: UInt8? = nil,
      helper: UInt16 = 0, actions: [Action] = []
    ) {
      self.commits = commits
      self.forces = forces
      self.zone = zone
      self.table = table
      self.helper = helper
      self.actions = actions
    }
  }
}

/// `NXAST_CT`.
extension Action.ConnectionTrack: ActionForm {
  /// Whether it does what needs `commits`.
  var lacksCommit: Bool { !commits && (forces || actions.contains { $0 != .nat(Action.NAT()) }) }

  static let keywords = ["ct"]

  private static let settings = ["commit", "force", "zone", "table", "alg", "nat", "exec"]
  private static let helpers = [(name: "ftp", port: Helper.ftp), (name: "tftp", port: Helper.tftp)]
  /// In a message, no table.
  private static let noTable: UInt8 = 0xff

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var ct = Action.ConnectionTrack()
    for setting in try call.settings() {
      switch setting.name {
      case "commit":
        try setting.refuseArgument()
        ct.commits = true
      case "force":
        try setting.refuseArgument()
        ct.forces = true
      case "zone": ct.zone = try parseZone(setting)
      case "table": ct.table = UInt8(try setting.number(in: 0...254))
      case "alg": ct.helper = try parseHelper(setting)
      case "nat": ct.actions.append(try Action.NAT.parse(setting, ports: ports))
      case "exec": ct.actions += try setting.actions(in: .connectionTrack, ports: ports)
      default: throw setting.unknown(in: call.keyword, known: settings)
      }
    }
    if ct.forces && !ct.commits {
      throw FlowSyntaxError(.notAllowed("force", because: "without commit"), at: call.offset)
    }
    return .connectionTrack(ct)
  }

  private static func parseZone(_ setting: ActionCall) throws(FlowSyntaxError) -> Zone {
    let text = try setting.argument(expected: "a number or 16 bits of a field")
    if text.first?.isNumber == true { return .number(UInt16(try setting.number(in: 0...0xffff))) }
    let source = try Subfield.parse(text, at: setting.argumentOffset)
    guard source.bits == 16 else {
      throw FlowSyntaxError(
        .badValue(of: "zone", value: String(text), expected: "16 bits of a field"), at: setting.argumentOffset
      )
    }
    guard source.field.hasShortHeader else {
      throw FlowSyntaxError(unnamed: source.field, at: setting.argumentOffset)
    }
    return .field(source)
  }

  private static func parseHelper(_ setting: ActionCall) throws(FlowSyntaxError) -> UInt16 {
    let text = try setting.argument(expected: "ftp or tftp")
    if let helper = helpers.first(where: { $0.name == text }) { return helper.port }
    let nearest = nearestName(to: text, among: helpers.map(\.name))
    throw FlowSyntaxError(
      .unknown(kind: "alg", name: String(text), nearest: nearest), at: setting.argumentOffset)
  }

  func append(to text: inout String, names: PortNaming) {
    var settings: [String] = []
    if commits { settings.append("commit") }
    if forces { settings.append("force") }
    if let table { settings.append("table=\(table)") }
    switch zone {
    case .number(0): break
    case .number(let number): settings.append("zone=\(number)")
    case .field(let source): settings.append("zone=\(source)")
    }
    var executed = actions[...]
    if case .nat(let nat) = executed.first {
      executed = executed.dropFirst()
      settings.append(nat.description)
    }
    if !executed.isEmpty { settings.append("exec(" + ActionList.format(Array(executed), names: names) + ")") }
    if helper != 0 {
      settings.append("alg=" + (Self.helpers.first { $0.port == helper }?.name ?? String(helper)))
    }
    text += "ct(" + settings.joined(separator: ",") + ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(35)]

  private enum Flags {
    static var commit: UInt16 { 1 }
    static var force: UInt16 { 2 }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    var ct = Action.ConnectionTrack()
    let flags: UInt16 = try body.read()
    ct.commits = flags & Flags.commit != 0
    ct.forces = flags & Flags.force != 0
    var zoneBytes = body
    let header: UInt32 = try body.read()
    let number: UInt16 = try body.read()
    if header == 0 {
      ct.zone = .number(number)
    } else {
      let field = try zoneBytes.readField(else: .badSetType)
      let bits = WireBits(rawValue: number)
      guard bits.bits == 16 else { throw OpenFlowError(.badSetLength) }
      ct.zone = .field(try bits.subfield(of: field))
    }
    let table: UInt8 = try body.read()
    ct.table = table == noTable ? nil : table
    try body.skip(3)
    ct.helper = try body.read()
    ct.actions = try body.readActions(version)
    let isRefused = ct.actions.contains { $0.refusal(in: .connectionTrack) != nil }
    guard !isRefused, !ct.lacksCommit else { throw OpenFlowError(.badActionArgument) }
    return .connectionTrack(ct)
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(35, holding: actions) { writer in
      writer.write((commits ? Flags.commit : 0) | (forces ? Flags.force : 0))
      switch zone {
      case .number(let number):
        writer.pad(4)
        writer.write(number)
      case .field(let source):
        source.field.headerInActions.encode(to: &writer)
        writer.write(WireBits(source).rawValue)
      }
      writer.write(table ?? Self.noTable)
      writer.pad(3)
      writer.write(helper)
    }
  }
}
