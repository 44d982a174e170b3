import Datapath
import Match
import OpenFlow
import Pipeline

/// What requests for flow monitors are answered with, and what follows later.
extension OpenFlowConnection {
  func monitor(
    _ requests: [FlowMonitorRequest], xid: UInt32, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [[UInt8]] {
    let begun = try monitors.apply(requests)
    agent.noteMonitors()
    let wanted = begun.filter { $0.flags.contains(.initial) }
    return SwitchMessage.flowUpdates(FlowMonitorSet.initial(wanted, of: agent.bridge))
      .messages(version: version, xid: xid)
  }

  func cancelMonitor(_ id: UInt32) throws(OpenFlowError) {
    try monitors.cancel(id)
    agent.noteMonitors()
  }

  /// Tells the peer of `events`. `xid` is the transaction of each that the peer itself caused.
  func tell(_ events: [FlowEvent], ownXid: (FlowEvent) -> UInt32?) {
    guard let version, !monitors.isEmpty else { return }
    let updates = monitors.updates(on: events, ownXid: ownXid)
    guard !updates.isEmpty else { return }
    sendUpdates(updates, version: version)
    flush()
    if !canSend, monitors.pause(at: agent.bridge.ruleSequence) {
      sendPause(isResumed: false, version: version)
    }
  }

  /// To be called when the peer reads again.
  func resumeMonitors() {
    guard let version, canSend, let updates = monitors.resume(of: agent.bridge) else { return }
    if !updates.isEmpty { sendUpdates(updates, version: version) }
    sendPause(isResumed: true, version: version)
    flush()
  }

  private func sendPause(isResumed: Bool, version: OpenFlowVersion) {
    if version >= .v14 {
      sendUpdates([isResumed ? .resumed : .paused], version: version)
    } else {
      let message: SwitchMessage = isResumed ? .flowMonitorResumed : .flowMonitorPaused
      send(message.messages(version: version, xid: 0))
    }
  }

  private func sendUpdates(_ updates: [FlowUpdate], version: OpenFlowVersion) {
    send(SwitchMessage.flowUpdates(updates).messages(version: version, xid: 0))
  }
}
