import Actions
import ControlProtocol
import Flow
import Match
import OpenFlow
import Pipeline

/// What changes would do, instead of doing it: those of rules, groups and meters to a copy of what the switch has;
/// of others is said what would be sent.
extension OfctlCall {
  /// Carries out a change, or in a dry run notes what it would do.
  func carryOut(_ request: any MessagePayload, _ client: inout OpenFlowClient) throws(OfctlError) {
    if options.isDryRun { return try tryOut([(request, self[0])], &client) }
    try client.command(request)
  }

  /// Notes what changes would do.
  func tryOut(_ changes: [ChangeSender.Change], _ client: inout OpenFlowClient) throws(OfctlError) {
    var copy: SwitchCopy?
    if changes.contains(where: { Self.isOfTables($0.request) }) {
      copy = try self.copy(for: changes.map(\.request), &client)
    }
    for change in changes {
      guard Self.isOfTables(change.request), let copy else {
        try noteMessage(change.request, &client)
        continue
      }
      do throws(OfctlError) {
        try copy.change(change.request)
      } catch {
        throw OfctlError("\(change.name): \(error.message)")
      }
    }
    differences += (copy?.differences ?? []).map { difference in
      StateDifference("\(difference.subject) \(self[0])", before: difference.before, after: difference.after)
    }
  }

  private static func isOfTables(_ request: any MessagePayload) -> Bool {
    request is FlowModMessage || request is GroupMod || request is MeterMod
  }

  private func noteMessage(
    _ request: any MessagePayload, _ client: inout OpenFlowClient
  ) throws(OfctlError) {
    let messages = request.messages(version: client.version, xid: client.nextXID())
    guard !messages.isEmpty else {
      throw OfctlError("\(client.version) has no message for this; try another --protocols")
    }
    for message in messages {
      let text = MessagePrinter.text(of: message).split(separator: "\n").joined(separator: " ")
      differences.append(StateDifference("message to \(self[0])", before: nil, after: text))
    }
  }

  /// What of the switch the changes depend on.
  private func copy(
    for changes: [any MessagePayload], _ client: inout OpenFlowClient
  ) throws(OfctlError) -> SwitchCopy {
    let lists = changes.compactMap { ($0 as? FlowModMessage)?.mod.actions }
    let needsGroups = changes.contains { $0 is GroupMod } || lists.contains { !$0.groups.isEmpty }
    let needsMeters =
      changes.contains { $0 is MeterMod }
      || lists.contains { $0.contains { if case .meter = $0 { true } else { false } } }
    let ports = try client.portNames(self)
    let request = try FlowFilter.request(nil, version: client.version, options: options, ports: ports)
    return try SwitchCopy(
      flows: try client.flows(request), groups: needsGroups ? try client.groups() : [],
      meters: needsMeters ? try client.meters() : [],
      names: options.showsNames(on: console) ? ports.naming : { _ in nil })
  }

  /// Prints what was noted.
  func printDifferences() {
    if options.json {
      line(StateDifference.json(of: differences).text(isIndented: true))
    } else {
      console.write(StateDifference.text(of: differences))
    }
  }
}

extension OpenFlowClient {
  fileprivate mutating func groups() throws(OfctlError) -> [GroupDescription] {
    var groups: [GroupDescription] = []
    for frame in try ask(GroupRequest(GroupID.all, isDescription: true)) {
      if case .groupDescription(let reply) = try message(frame) { groups += reply }
    }
    return groups
  }

  fileprivate mutating func meters() throws(OfctlError) -> [MeterConfig] {
    var meters: [MeterConfig] = []
    for frame in try ask(MeterRequest(isConfig: true)) {
      if case .meterConfig(let reply) = try message(frame) { meters += reply }
    }
    return meters
  }
}
