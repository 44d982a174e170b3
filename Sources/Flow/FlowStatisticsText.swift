import Actions
public import Match

/// What a dump of rules shows.
public struct FlowDumpStyle {
  /// Duration, counts and ages, and the cookie and the table even when they are 0: `--no-stats` leaves that out.
  public var showsStatistics: Bool
  /// `idle_age` and `hard_age`, which Open vSwitch prints in NXM dumps only.
  public var showsAges: Bool
  /// Finds the name of a port: `--names`.
  public var names: PortNaming
  /// Finds the name of a table, likewise.
  public var tables: (UInt8) -> String?

  public init(
    showsStatistics: Bool = true, showsAges: Bool = true, names: @escaping PortNaming = { _ in nil },
    tables: @escaping (UInt8) -> String? = { _ in nil }
  ) {
    self.tables = tables
    self.showsStatistics = showsStatistics
    self.showsAges = showsAges
    self.names = names
  }
}

extension FlowStatistics {
  /// The line that `ovs-ofctl dump-flows` prints for the rule: it starts with a space and can be read back as a
  /// rule.
  public func line(_ style: FlowDumpStyle = FlowDumpStyle()) -> String {
    var text = ""
    append(to: &text, style: style)
    return text
  }

  /// Appends what `line(_:)` returns.
  public func append(to text: inout String, style: FlowDumpStyle) {
    text += " "
    if style.showsStatistics || cookie != 0 { text += "cookie=0x\(String(cookie, radix: 16)), " }
    if style.showsStatistics { text += "duration=\(Self.seconds(duration))s, " }
    if style.showsStatistics || table != 0 { text += "table=\(style.tables(table) ?? "\(table)"), " }
    if style.showsStatistics { text += "n_packets=\(packets.counterText), n_bytes=\(bytes.counterText), " }
    if idleTimeout != 0 { text += "idle_timeout=\(idleTimeout), " }
    if hardTimeout != 0 { text += "hard_timeout=\(hardTimeout), " }
    appendFlags(to: &text)
    if importance != 0 { text += "importance=\(importance), " }
    if style.showsStatistics && style.showsAges {
      if idleAge >= .zero { text += "idle_age=\(idleAge.components.seconds), " }
      let hardAge = hardAge.components.seconds
      if hardAge >= 0, hardAge != duration.components.seconds { text += "hard_age=\(hardAge), " }
    }
    appendRule(to: &text, names: style.names)
  }

  private func appendFlags(to text: inout String) {
    if flags.contains(.sendFlowRemoved) { text += "send_flow_rem " }
    if flags.contains(.checkOverlap) { text += "check_overlap " }
    if flags.contains(.resetCounts) { text += "reset_counts " }
    if flags.contains(.noPacketCounts) { text += "no_packet_counts " }
    if flags.contains(.noByteCounts) { text += "no_byte_counts " }
  }

  /// Priority unless it is the default one, match and actions.
  private func appendRule(to text: inout String, names: PortNaming) {
    let isDefault = priority == 32_768
    let takesAll = match.isEmpty
    if !isDefault { text += "priority=\(priority)" }
    if !isDefault && !takesAll { text += "," }
    match.append(to: &text, names: names)
    if !isDefault || !takesAll { text += " " }
    text += "actions="
    text += ActionList.format(actions, names: names)
  }

  /// Seconds with no decimals when they are whole, three when that is exact, else as many as are needed of nine.
  private static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = attoseconds / 1_000_000_000
    if nanoseconds == 0 { return String(seconds) }
    let isMilliseconds = nanoseconds % 1_000_000 == 0
    let digits = String(1_000_000_000 + nanoseconds).dropFirst()
    var decimals = isMilliseconds ? digits.prefix(3) : digits
    while !isMilliseconds, decimals.last == "0" { decimals.removeLast() }
    return "\(seconds).\(decimals)"
  }
}

extension UInt64 {
  /// The number of a counter, `?` for all ones: the switch does not count that.
  public var counterText: String { self == .max ? "?" : String(self) }
}
