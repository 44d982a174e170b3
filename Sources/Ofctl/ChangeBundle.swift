import Match
import OpenFlow

/// Sends changes as a bundle: all of them are made at once, or none. OpenFlow 1.4 section 6.8.
extension ChangeSender {
  /// Numbers of bundles on one connection; any will do.
  private static var bundle: UInt32 { 0 }

  func sendBundle(_ changes: [Change], to client: inout OpenFlowClient) throws(OfctlError) {
    func control(_ step: BundleControl.Step) -> BundleControl {
      BundleControl(bundle: Self.bundle, step: step, flags: [.atomic, .ordered])
    }
    try expectReply(.openReply, to: control(.openRequest), from: &client)
    var adds: [[UInt8]] = []
    for message in try encode(changes, for: &client) {
      guard let frame = OpenFlowFrame(message) else { continue }
      let add = BundleAdd(bundle: Self.bundle, flags: [.atomic, .ordered], message: frame)
      // The number is that of the message within.
      adds += add.messages(version: client.version, xid: message.xid)
    }
    if let refused = try client.perform(adds).first {
      let reason = client.refusal(refused.error, to: changes[refused.index].name)
      _ = try? client.ask(control(.discardRequest))
      throw reason
    }
    let commit = control(.commitRequest)
    let (reply, errors) = try client.commit(commit)
    guard errors.isEmpty else {
      // Errors quote the message that could not be carried out.
      let place = errors.compactMap { error in adds.firstIndex { $0.xid == error.header.xid } }.first
      let name = place.map { changes[$0].name } ?? client.name
      throw OfctlError("\(client.refusal(errors[0], to: name).message)\nnothing was changed")
    }
    guard let reply, case .bundleControl(let done) = try client.message(reply), done.step == .commitReply
    else {
      throw OfctlError("\(client.name): an unexpected answer to a bundle")
    }
  }

  private func expectReply(
    _ step: BundleControl.Step, to request: BundleControl, from client: inout OpenFlowClient
  ) throws(OfctlError) {
    for frame in try client.ask(request) {
      if case .bundleControl(let reply) = try client.message(frame), reply.step == step { return }
    }
    throw OfctlError("\(client.name): an unexpected answer to a bundle")
  }
}

extension OpenFlowFrame {
  /// The message that these bytes are.
  init?(_ bytes: [UInt8]) {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    guard let frame = try? splitter.next() else { return nil }
    self = frame
  }
}
