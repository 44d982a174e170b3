public import Actions
public import Classifier
public import Flow
public import Match

/// A rule as the control thread knows it.
public final class FlowEntry {
  /// What workers know of it; another one after each modification.
  public internal(set) var rule: Rule
  public internal(set) var mask: Mask
  public internal(set) var cookie: UInt64
  /// The place of the rule's addition among all changes: `FlowTables.sequence`.
  let added: UInt64
  public internal(set) var idleTimeout: UInt16
  public internal(set) var hardTimeout: UInt16
  public let importance: UInt16
  public internal(set) var flags: FlowMod.Flags
  public internal(set) var actions: [Action]
  /// Kept for the program of `rule`.
  var templates: [any RuleTemplate] = []
  /// Monotonic milliseconds.
  public internal(set) var created: UInt64
  var lastChange: UInt64
  /// What the rules before `rule` had counted.
  var earlierPackets: UInt64 = 0
  var earlierBytes: UInt64 = 0

  init(_ mod: FlowMod, rule: Rule, mask: Mask, now: UInt64) {
    self.rule = rule
    self.mask = mask
    added = rule.sequence
    cookie = mod.newCookie ?? 0
    idleTimeout = mod.idleTimeout
    hardTimeout = mod.hardTimeout
    importance = mod.importance
    // The other flags are about the change, not the rule.
    flags = mod.flags.intersection([.sendFlowRemoved, .noPacketCounts, .noByteCounts])
    actions = mod.actions
    created = now
    lastChange = now
  }

  /// Whether the rule was added after the change number `sequence`, and whether it was modified since.
  public func isNew(since sequence: UInt64) -> Bool { added > sequence }
  public func isModified(since sequence: UInt64) -> Bool { rule.sequence > sequence }

  /// When the hard timeout began: at the last change, or when the rule was last learned again.
  public var modified: UInt64 { max(lastChange, rule.refreshed) }

  public var priority: UInt16 { rule.priority }
  /// Whether this is the rule for all frames that no other rule of the table matches. OpenFlow 1.3.5 section 5.4.
  public var isTableMiss: Bool { rule.priority == 0 && mask.wordSet == 0 }

  public var match: FlowMatch { mask.match(rule.words) }
  public var packets: UInt64 { earlierPackets &+ rule.packets }
  public var bytes: UInt64 { earlierBytes &+ rule.bytes }

  /// The rule as a dump shows it.
  public func statistics(now: UInt64) -> FlowStatistics {
    FlowStatistics(
      table: rule.table, priority: rule.priority, match: match, cookie: cookie, idleTimeout: idleTimeout,
      hardTimeout: hardTimeout, importance: importance, flags: flags, actions: actions,
      duration: .milliseconds(now &- created), idleAge: .milliseconds(now &- min(now, rule.lastUsed)),
      hardAge: .milliseconds(now &- min(now, modified)), packets: packets, bytes: bytes)
  }
}

/// Which rules a dump, a change or a deletion is about.
public struct FlowFilter: Sendable {
  /// `nil` for all tables.
  public var table: UInt8?
  /// Rules at least as narrow as this.
  public var match: FlowMatch
  public var cookie: UInt64
  public var cookieMask: UInt64
  /// Rules that output to this port; `.none` for all.
  public var outPort: PortNumber
  /// Rules that send frames to this group; `nil` for all.
  public var outGroup: UInt32?
  /// With it only rules with exactly `match` and this priority.
  public var strictPriority: UInt16?

  public init(
    table: UInt8? = nil, match: FlowMatch = FlowMatch(), cookie: UInt64 = 0, cookieMask: UInt64 = 0,
    outPort: PortNumber = .none, outGroup: UInt32? = nil, strictPriority: UInt16? = nil
  ) {
    self.table = table
    self.match = match
    self.cookie = cookie
    self.cookieMask = cookieMask
    self.outPort = outPort
    self.outGroup = outGroup
    self.strictPriority = strictPriority
  }

  func admits(_ entry: FlowEntry) -> Bool {
    guard (entry.cookie ^ cookie) & cookieMask == 0 else { return false }
    if let table, entry.rule.table != table { return false }
    if let strictPriority {
      guard entry.rule.priority == strictPriority, entry.match == match else { return false }
    } else {
      guard entry.match.isWithin(match) else { return false }
    }
    if outPort != .none, !entry.actions.contains(where: { $0.outputs(to: outPort) }) { return false }
    guard let outGroup else { return true }
    return entry.actions.contains { $0.sends(toGroup: outGroup) }
  }
}
