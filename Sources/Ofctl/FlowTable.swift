import Actions
import Flow
import Match

/// A set of rules that can be compared with another: what a file says, or what a switch has.
struct FlowTable {
  /// What makes two rules the same rule.
  struct Key: Hashable {
    var table: UInt8
    var priority: UInt16
    var match: FlowMatch
  }

  /// What the rule does and how long it lives.
  struct Content: Hashable {
    var cookie: UInt64
    var idleTimeout: UInt16
    var hardTimeout: UInt16
    var importance: UInt16
    /// Not compared: not every version tells them.
    var flags: FlowMod.Flags
    var actions: [Action]

    static func == (a: Content, b: Content) -> Bool {
      (a.cookie, a.idleTimeout, a.hardTimeout, a.importance)
        == (b.cookie, b.idleTimeout, b.hardTimeout, b.importance) && a.actions == b.actions
    }

    func hash(into hasher: inout Hasher) { hasher.combine(cookie) }
  }

  private(set) var rules: [Key: Content] = [:]

  /// The rules of a file. Of two lines for one rule the later one counts.
  init(_ lines: [FlowLine]) {
    for mod in lines.map(\.mod) {
      let key = Key(table: mod.table == 255 ? 0 : mod.table, priority: mod.priority, match: mod.match)
      rules[key] = Content(
        cookie: mod.newCookie ?? 0, idleTimeout: mod.idleTimeout, hardTimeout: mod.hardTimeout,
        importance: mod.importance, flags: mod.flags, actions: mod.actions)
    }
  }

  /// The rules of a switch.
  init(_ flows: [FlowStatistics]) {
    for flow in flows {
      let key = Key(table: flow.table, priority: flow.priority, match: flow.match)
      rules[key] = Content(
        cookie: flow.cookie, idleTimeout: flow.idleTimeout, hardTimeout: flow.hardTimeout,
        importance: flow.importance, flags: flow.flags, actions: flow.actions)
    }
  }

  /// The rules of both, in the order of tables, then of priority, highest first.
  static func keys(of tables: FlowTable...) -> [Key] {
    let all = tables.reduce(into: Set<Key>()) { $0.formUnion($1.rules.keys) }
    return all.map { ($0, "\($0.match)") }.sorted { a, b in
      (a.0.table, b.0.priority, a.1) < (b.0.table, a.0.priority, b.1)
    }.map(\.0)
  }
}

extension FlowTable.Key {
  /// The rule in the words of `diff-flows`, ports by name where `names` has one.
  func text(_ content: FlowTable.Content, names: PortNaming) -> String {
    var text = table == 0 ? "" : "table=\(table) "
    let match = match.description(names: names)
    if priority != 32_768 {
      text += "priority=\(priority)" + (match.isEmpty ? "" : ",")
    }
    text += match
    if content.cookie != 0 { text += " cookie=0x" + String(content.cookie, radix: 16) }
    if content.idleTimeout != 0 { text += " idle_timeout=\(content.idleTimeout)" }
    if content.hardTimeout != 0 { text += " hard_timeout=\(content.hardTimeout)" }
    if content.importance != 0 { text += " importance=\(content.importance)" }
    return text + " actions=" + ActionList.format(content.actions, names: names)
  }

  /// The change that adds the rule, or deletes it when there is no content.
  func change(_ content: FlowTable.Content?) -> FlowMod {
    var mod = FlowMod(
      command: content == nil ? .deleteStrict : .add, table: table, priority: priority, match: match)
    guard let content else { return mod }
    mod.newCookie = content.cookie
    mod.idleTimeout = content.idleTimeout
    mod.hardTimeout = content.hardTimeout
    mod.importance = content.importance
    mod.flags = content.flags
    mod.actions = content.actions
    return mod
  }
}
