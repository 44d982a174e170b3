import Flow
import Match
import OpenFlow

/// Which form flow mods are sent in.
struct FlowFormatChoice {
  let format: FlowProtocols

  /// The first of the formats that a connection of `version` carries, the options allow and all of `lines` can be
  /// said in.
  init(
    for lines: [FlowLine], version: OpenFlowVersion, options: OfctlOptions
  ) throws(OfctlError) {
    let allowed = FlowProtocols(of: version).intersection(options.flowFormats ?? .all)
    let usable = Self.usable(for: lines).intersection(allowed)
    guard !usable.isEmpty else {
      throw OfctlError(
        """
        these flows can be sent as \(Self.usable(for: lines)), but allowed on this connection is \(allowed); \
        see --protocols and --flow-format
        """)
    }
    format = usable.first
  }

  /// The formats that can say all of `lines`.
  static func usable(for lines: [FlowLine]) -> FlowProtocols {
    lines.reduce(.all) { $0.intersection($1.mod.usableProtocols(namesTable: $1.namesTable)) }
  }

  init(_ format: FlowProtocols) { self.format = format }

  private var form: FlowModForm {
    FlowModForm(
      isNicira: format.isNXM, hasTableID: format == .openFlow10WithTable || format == .nxmWithTable)
  }

  /// What must be sent before the first flow mod, so that the switch understands it.
  var preparation: [any MessagePayload] {
    switch format {
    case .nxm: [SessionSetting.flowFormat(.nxm)]
    case .nxmWithTable: [SessionSetting.flowFormat(.nxm), SessionSetting.flowModTableID(true)]
    case .openFlow10WithTable: [SessionSetting.flowModTableID(true)]
    default: []
    }
  }

  func message(_ mod: FlowMod) -> any MessagePayload {
    var mod = mod
    // 1.1 has no way to say all tables, later versions only in deletions.
    let namesAll = format != .openFlow11 && mod.command.isDelete
    if format.isSubset(of: [.openFlow11, .anyOXM]), mod.table == 255, !namesAll { mod.table = 0 }
    return FlowModMessage(mod, form: form)
  }
}
