import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// What requests about bundles are answered with, and how one takes effect: all of it or nothing.
extension OpenFlowConnection {
  func handle(
    _ control: BundleControl, xid: UInt32, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [[UInt8]] {
    try checkMayChange()
    let members = try bundles.handle(control, now: now)
    if control.step == .commitRequest { try commit(members, xid: xid, version: version) }
    let message = BundleControl(bundle: control.bundle, step: control.step.reply, flags: control.flags)
    return SwitchMessage.bundleControl(message).messages(version: version, xid: xid)
  }

  func keep(_ message: BundleAdd) throws(OpenFlowError) {
    try checkMayChange()
    try bundles.add(message, now: now)
  }

  /// Makes all changes or, when one is refused, none: then the peer gets an error for the message that is to
  /// blame, and another one for the commit.
  private func commit(
    _ members: [BundleStore.Member], xid: UInt32, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    var changes: [BridgeChange] = []
    var places: [Int] = []
    for (place, member) in members.enumerated() {
      do throws(OpenFlowError) {
        guard let change = try check(member.request, version: version) else { continue }
        changes.append(change)
        places.append(place)
      } catch {
        refuse(member.frame, error)
        throw OpenFlowError(.bundleMessageFailed)
      }
    }
    do throws(BridgeChangeRefused) {
      try agent.changing(by: self, xid: { _ in xid }) { () throws(BridgeChangeRefused) in
        try agent.bridge.commit(changes)
      }
    } catch {
      refuse(members[places[error.place]].frame, OpenFlowError(error.reason))
      throw OpenFlowError(.bundleMessageFailed)
    }
    for member in members { finish(member.request, xid: member.frame.header.xid) }
  }

  /// What `request` changes of the tables, `nil` for nothing. Throws what can be said against it before.
  private func check(
    _ request: OpenFlowRequest, version: OpenFlowVersion
  ) throws(OpenFlowError) -> BridgeChange? {
    switch request {
    case .flowMod(let mod):
      if let error = RequestBatch.fault(of: mod, version: version) { throw error }
      return .flow(mod)
    case .groupMod(let mod): return .group(mod)
    case .portMod(let message): _ = try port(for: message)
    case .packetOut(let message): try check(message, version: version)
    default: throw OpenFlowError(.bundleMessageUnsupported)
    }
    return nil
  }

  /// Does what follows once the tables are changed.
  private func finish(_ request: OpenFlowRequest, xid: UInt32) {
    switch request {
    case .groupMod(let mod): agent.forward(.groupMod(mod), xid: xid, from: self)
    // The port was there a moment ago, and nothing else has run since.
    case .portMod(let message): try? apply(message)
    case .packetOut(let message): send(message)
    default: break
    }
  }
}
