import Flow
import Match
import OpenFlow

/// Sends changes to a switch, one after the other or as a bundle.
struct ChangeSender {
  /// One change and what errors call it.
  typealias Change = (request: any MessagePayload, name: String)

  let call: OfctlCall

  /// A connection for changes: bundles came with 1.4, and with an extension to 1.3.
  func connect(
    from first: OpenFlowVersion = .v10, for why: String = "", needsBundle: Bool = false
  ) throws(OfctlError) -> OpenFlowClient {
    let bundles = needsBundle || call.options.usesBundle
    return try OpenFlowClient(
      to: call[0], options: call.options, needing: (bundles ? max(first, .v13) : first)...,
      for: bundles ? "a bundle" : why)
  }

  /// Sends them in their order. Throws what the switch says against the first that it refuses; with `asBundle`
  /// nothing is changed then.
  func send(
    _ changes: [Change], asBundle: Bool, to client: inout OpenFlowClient
  ) throws(OfctlError) {
    if call.options.isDryRun {
      try call.tryOut(changes, &client)
    } else if asBundle {
      try sendBundle(changes, to: &client)
    } else {
      let messages = try encode(changes, for: &client)
      if let refused = try client.perform(messages).first {
        throw client.refusal(refused.error, to: changes[refused.index].name)
      }
    }
  }

  func encode(_ changes: [Change], for client: inout OpenFlowClient) throws(OfctlError) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    messages.reserveCapacity(changes.count)
    for change in changes {
      guard let bytes = change.request.messages(version: client.version, xid: client.nextXID()).first else {
        throw OfctlError("\(change.name): \(client.version) has no message for this; try another --protocols")
      }
      messages.append(bytes)
    }
    return messages
  }
}
