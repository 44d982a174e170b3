import Actions
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// The flow monitors of one connection: which changes of rules it is told. OpenFlow 1.4.0 section A.3.5.17.
///
/// A peer that does not read is paused: it is told so, and from then on only of rules that go and that it may know,
/// so that what waits for it has an end. When it reads again it is told of the rules that changed meanwhile.
struct FlowMonitorSet {
  /// Monitors of one connection.
  static var limit: Int { 1_024 }

  private var monitors: [UInt32: FlowMonitorRequest] = [:]
  /// The last change of a rule before the peer was paused, `Bridge.ruleSequence`; `nil` when it is not.
  private var pausedAt: UInt64?

  var isEmpty: Bool { monitors.isEmpty }

  /// Adds, changes or removes monitors, all that a message names or none.
  /// - Returns: those that now begin.
  mutating func apply(_ requests: [FlowMonitorRequest]) throws(OpenFlowError) -> [FlowMonitorRequest] {
    var changed = monitors
    var begun: [FlowMonitorRequest] = []
    for request in requests {
      switch request.command {
      case .add where changed[request.id] != nil: throw OpenFlowError(.monitorExists)
      case .modify where changed[request.id] == nil, .delete where changed[request.id] == nil:
        throw OpenFlowError(.unknownMonitor)
      case .delete: changed[request.id] = nil
      case .add, .modify:
        guard changed.count < Self.limit || changed[request.id] != nil else {
          throw OpenFlowError(.monitorUnknown)
        }
        guard request.table == 255 || request.table < BridgeRecord.tableCount else {
          throw OpenFlowError(.badMonitorTableID)
        }
        changed[request.id] = request
        begun.append(request)
      }
    }
    monitors = changed
    return begun
  }

  mutating func cancel(_ id: UInt32) throws(OpenFlowError) {
    guard monitors.removeValue(forKey: id) != nil else { throw OpenFlowError(.unknownMonitor) }
  }

  /// Notes that the peer does not read. Returns whether that is news.
  /// - Parameter sequence: the last change that the peer was told of.
  mutating func pause(at sequence: UInt64) -> Bool {
    guard pausedAt == nil else { return false }
    pausedAt = sequence
    return true
  }

  /// Notes that the peer reads. Returns what it missed; `nil` when it was not paused.
  mutating func resume(of bridge: Bridge) -> [FlowUpdate]? {
    guard let sequence = pausedAt else { return nil }
    pausedAt = nil
    return bridge.flows(changedSince: sequence).compactMap { rule, isNew in
      let flags: FlowMonitorRequest.Flags = isNew ? [.add, .modify] : .modify
      let meant = monitors.values.filter { !$0.flags.isDisjoint(with: flags) && $0.isAbout(rule) }
      guard !meant.isEmpty else { return nil }
      let showsActions = meant.contains { $0.flags.contains(.actions) }
      return .change(FlowChange(isNew ? .added : .modified, rule, showsActions: showsActions))
    }
  }

  /// What the peer is told of `events`.
  /// - Parameter ownXid: the transaction in which the peer itself caused an event, `nil` for what others did.
  func updates(
    on events: [FlowEvent], ownXid: (FlowEvent) -> UInt32?
  ) -> [FlowUpdate] {
    var updates: [FlowUpdate] = []
    for event in events {
      let wanted = monitors.values.filter { $0.wants(event) }
      guard !wanted.isEmpty else { continue }
      if let pausedAt {
        guard case .removed = event.kind, event.added <= pausedAt else { continue }
      }
      if pausedAt == nil, let xid = ownXid(event), !wanted.contains(where: { $0.flags.contains(.own) }) {
        if updates.last != .abbreviated(xid: xid) { updates.append(.abbreviated(xid: xid)) }
      } else {
        let showsActions = wanted.contains { $0.flags.contains(.actions) }
        updates.append(.change(FlowChange(event, showsActions: showsActions)))
      }
    }
    return updates
  }

  /// All rules that any of `requests` is about, as they are now.
  static func initial(_ requests: [FlowMonitorRequest], of bridge: Bridge) -> [FlowUpdate] {
    guard !requests.isEmpty else { return [] }
    return bridge.flows().compactMap { rule in
      let meant = requests.filter { $0.isAbout(rule) }
      guard !meant.isEmpty else { return nil }
      let showsActions = meant.contains { $0.flags.contains(.actions) }
      return .change(FlowChange(.initial, rule, showsActions: showsActions))
    }
  }
}

extension FlowMonitorRequest {
  fileprivate func wants(_ event: FlowEvent) -> Bool {
    let flag: Flags =
      switch event.kind {
      case .added: .add
      case .modified: .modify
      case .removed: .delete
      }
    return flags.contains(flag) && isAbout(event.rule, before: event.actionsBefore)
  }

  /// - Parameter before: what the rule did until now, if that was something else.
  fileprivate func isAbout(_ rule: FlowStatistics, before: [Action]? = nil) -> Bool {
    guard table == 255 || table == rule.table, rule.match.isWithin(match) else { return false }
    let lists = [rule.actions, before ?? []]
    if outPort != .none, !lists.contains(where: { $0.outputs(to: outPort) }) { return false }
    guard let outGroup else { return true }
    return lists.contains { $0.sends(toGroup: outGroup) }
  }
}

extension FlowChange {
  fileprivate init(_ event: FlowEvent, showsActions: Bool) {
    switch event.kind {
    case .added: self.init(.added, event.rule, showsActions: showsActions)
    case .modified: self.init(.modified, event.rule, showsActions: showsActions)
    case .removed(let reason):
      self.init(.deleted, event.rule, showsActions: showsActions)
      self.reason = reason.rawValue
    }
  }

  fileprivate init(_ event: Event, _ rule: FlowStatistics, showsActions: Bool) {
    self.init(
      event, table: rule.table, priority: rule.priority, idleTimeout: rule.idleTimeout,
      hardTimeout: rule.hardTimeout, cookie: rule.cookie, match: rule.match,
      actions: showsActions ? rule.actions : [])
  }
}
