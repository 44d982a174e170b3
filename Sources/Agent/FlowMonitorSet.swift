import Datapath
import Flow
import Match
import NIOCore
import OpenFlow
import Pipeline

/// The flow monitors of one connection: which changes of rules it is told. OpenFlow 1.4.0 section A.3.5.17.
///
/// A peer that does not read is paused: it is told so, and from then on only of rules that go and that it may know.
/// When it reads again it is told all rules anew.
struct FlowMonitorSet {
  /// Monitors of one connection.
  static var limit: Int { 1_024 }

  private var monitors: [UInt32: FlowMonitorRequest] = [:]
  /// Since when the peer does not read; `nil` when it does.
  private var pausedSince: NIODeadline?

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
  mutating func pause(now: NIODeadline) -> Bool {
    guard pausedSince == nil else { return false }
    pausedSince = now
    return true
  }

  /// Notes that the peer reads. Returns whether that is news.
  mutating func resume() -> Bool {
    defer { pausedSince = nil }
    return pausedSince != nil
  }

  /// What the peer is told of `events`.
  /// - Parameter ownXid: the transaction in which the peer itself caused an event, `nil` for what others did.
  func updates(
    on events: [FlowEvent], now: NIODeadline, ownXid: (FlowEvent) -> UInt32?
  ) -> [FlowUpdate] {
    var updates: [FlowUpdate] = []
    for event in events {
      let wanted = monitors.values.filter { $0.wants(event) }
      guard !wanted.isEmpty else { continue }
      if let pausedSince {
        let pause = Duration.nanoseconds((now - pausedSince).nanoseconds)
        guard case .removed = event.kind, event.rule.duration >= pause else { continue }
      }
      if let xid = ownXid(event), !wanted.contains(where: { $0.flags.contains(.own) }) {
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
    rules(requests, of: bridge).map { rule, showsActions in
      .change(FlowChange(.initial, rule, showsActions: showsActions))
    }
  }

  /// What a peer that was paused is told to know all rules again.
  func resumption(of bridge: Bridge) -> [FlowUpdate] {
    Self.rules(Array(monitors.values), of: bridge).map { rule, showsActions in
      .change(FlowChange(.added, rule, showsActions: showsActions))
    }
  }

  private static func rules(
    _ requests: [FlowMonitorRequest], of bridge: Bridge
  ) -> [(FlowStatistics, showsActions: Bool)] {
    guard !requests.isEmpty else { return [] }
    return bridge.flows().compactMap { rule in
      let meant = requests.filter { $0.isAbout(rule) }
      return meant.isEmpty ? nil : (rule, meant.contains { $0.flags.contains(.actions) })
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
    return flags.contains(flag) && isAbout(event.rule)
  }

  fileprivate func isAbout(_ rule: FlowStatistics) -> Bool {
    guard table == 255 || table == rule.table, rule.match.isWithin(match) else { return false }
    if outPort != .none, !rule.actions.outputs(to: outPort) { return false }
    guard let outGroup else { return true }
    return rule.actions.sends(toGroup: outGroup)
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
