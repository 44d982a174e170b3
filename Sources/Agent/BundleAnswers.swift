import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// What requests about bundles are answered with, and how one takes effect: all of it or nothing.
extension OpenFlowConnection {
  func handle(
    _ control: BundleControl, _ frame: OpenFlowFrame, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [[UInt8]] {
    try checkMayChange()
    let members = try bundles.handle(control, frame, now: now)
    watchBundles()
    if control.step == .commitRequest { try commit(members, version: version) }
    // The flags of answers are 0 in Open vSwitch.
    let message = BundleControl(bundle: control.bundle, step: control.step.reply)
    return SwitchMessage.bundleControl(message).messages(version: version, xid: frame.header.xid)
  }

  func keep(_ message: BundleAdd, _ frame: OpenFlowFrame) throws(OpenFlowError) {
    try checkMayChange()
    try bundles.add(message, frame, now: now)
    watchBundles()
  }

  /// Tells the peer of bundles that it has forgotten.
  func discardForgottenBundles() {
    for opening in bundles.discardForgotten(now: now) { refuse(opening, OpenFlowError(.bundleTimeout)) }
  }

  /// Makes all changes or, when one is refused, none: then the peer gets an error for the message that is to
  /// blame, and another one for the commit.
  private func commit(
    _ members: [BundleStore.Member], version: OpenFlowVersion
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
    // A monitor is told once that a bundle of the peer's own took effect, by its first change.
    var first: UInt32?
    let xid = { (place: Int) -> UInt32 in
      let xid = first ?? members[places[place]].frame.header.xid
      first = xid
      return xid
    }
    do throws(BridgeChangeRefused) {
      try agent.changing(by: self, xid: xid) { () throws(BridgeChangeRefused) in
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
      let mod = RequestBatch.meant(by: mod)
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
