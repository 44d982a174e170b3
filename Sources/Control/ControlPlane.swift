import Agent
public import ControlProtocol
import Datapath
import Flow
import Match
public import Pipeline
import Ports

/// Runs command lines: the one way in which the configuration and the switch change. Used on the control thread.
public final class ControlPlane {
  public private(set) var configuration = Configuration()
  /// Whether the daemon was asked to end.
  public private(set) var isEnding = false
  let running: RunningSwitch?
  /// The descriptors that were handed over under a name; `nil` when none were.
  var claimDescriptors: (String) -> HandedDescriptors? = { _ in nil }

  /// - Parameter running: the switch that follows the configuration; without one only records can be changed
  ///   and read.
  public init(running: RunningSwitch?) { self.running = running }

  /// Runs the commands of one command line as one transaction.
  ///
  /// - Throws: `CommandError` for the first command that is refused; nothing has changed then.
  public func run(_ request: RunRequest) throws(CommandError) -> RunResult {
    let commands = try CommandParser.parse(request.words, files: request.files)
    var transaction = Transaction(of: configuration, running: running)
    if let name = request.descriptors {
      guard let handed = claimDescriptors(name) else {
        throw CommandError("the descriptors that belong to the command line have not come")
      }
      transaction.handed = handed
    }
    try transaction.ids.bind(commands)
    var outputs = [Output](repeating: .none, count: commands.count)
    for place in RecordIDs.order(of: commands) {
      outputs[place] = try commands[place].command.run(commands[place].arguments, in: &transaction)
    }
    try transaction.ids.checkUse()
    if commands.contains(where: { $0.arguments.has(CommandReference.Option.dryRun.name) }) {
      return try dryRun(transaction, of: commands.map(\.command), outputs, json: request.json)
    }
    let old = configuration
    let warnings = try commit(transaction)
    let status = outputs.map(\.status).max() ?? 0
    var result = RunResult(output: outputs.map(\.text).joined(), status: status, warnings: warnings)
    if request.json {
      let json = outputs.count == 1 ? outputs[0].json : .array(outputs.map(\.json))
      result.output = json.text(isIndented: true) + "\n"
    }
    if configuration != old { result.warnings += self.warnings(since: old) }
    return result
  }

  /// Shows what the commands would change, behind what those of them print that change nothing.
  private func dryRun(
    _ transaction: Transaction, of commands: [any Command.Type], _ outputs: [Output], json: Bool
  ) throws(CommandError) -> RunResult {
    let (differences, warnings) = try preview(transaction)
    let read = zip(commands, outputs).filter { command, _ in
      CommandReference.named(command.name)?.changesSomething != true
    }.map(\.1)
    guard json else {
      let text = read.map(\.text).joined() + StateDifference.text(of: differences)
      return RunResult(output: text, status: 0, warnings: warnings)
    }
    var value = StateDifference.json(of: differences)
    if case .object(var members) = value, !read.isEmpty {
      members["results"] = .array(read.map(\.json))
      value = .object(members)
    }
    return RunResult(output: value.text(isIndented: true) + "\n", warnings: warnings)
  }

  /// Ports that were made or changed and do not work, not yet, or not for all frames.
  private func warnings(since old: Configuration) -> [String] {
    let before = old.bridges.flatMap(\.ports)
    let changed = configuration.bridges.flatMap(\.ports).filter { !before.contains($0) }
    return tlsWarnings(since: old) + mirrorWarnings(since: old)
      + changed.flatMap { port in
        guard let status = running?.status(ofInterface: port.interface.name) else { return [String]() }
        let problems = status.state.error == nil ? [] : [status.state.description]
        return (problems + status.report.warnings).map { "port '\(port.name)': \($0)" }
      }
  }

  /// Mirrors that were made or changed and copy nothing.
  private func mirrorWarnings(since old: Configuration) -> [String] {
    configuration.bridges.flatMap { bridge in
      let before = old.bridges.first { $0.name == bridge.name }?.mirrors ?? []
      return bridge.mirrors.filter { $0.fault != nil && !before.contains($0) }
        .map { "mirror '\($0.name)' of bridge \(bridge.name): \($0.state)" }
    }
  }

  /// Why encrypted connections that are wanted now cannot be made.
  private func tlsWarnings(since old: Configuration) -> [String] {
    let wanted = configuration.bridges.flatMap { $0.controllers.map(\.target) }
    let hasNew =
      old.ssl != configuration.ssl || Set(wanted) != Set(old.bridges.flatMap { $0.controllers.map(\.target) })
    let needs = wanted.filter(\.method.isEncrypted)
    guard running != nil, hasNew, configuration.ssl != nil || !needs.isEmpty else { return [] }
    guard let settings = configuration.ssl?.settings else {
      return ["controller '\(needs[0])': waits for key and certificates; see set-ssl"]
    }
    do throws(TLSFault) {
      try TLSContexts.check(settings)
      return []
    } catch {
      return ["set-ssl: \(error.message)"]
    }
  }

  /// Deletes the ephemeral ports that what they go with has left, and returns them.
  func removeFarewells() -> [(name: String, bridge: String, reason: String)] {
    var removed: [(name: String, bridge: String, reason: String)] = []
    for (name, reason) in running?.farewells ?? [] {
      var transaction = Transaction(of: configuration, running: running)
      guard let bridge = try? configuration.bridge(ofPort: name).name,
        (try? transaction.configuration.removePort(named: name, from: nil)) != nil,
        (try? commit(transaction)) != nil
      else { continue }
      removed.append((name, bridge, reason))
    }
    return removed
  }

  /// Sets OpenFlow's configuration of a port, as `mod-port` does, for a controller that asks for it.
  public func setFlags(_ flags: PortFlags, ofPort name: String) throws(CommandError) {
    var transaction = Transaction(of: configuration, running: running)
    try transaction.configuration.updatePort(named: name) { $0.flags = flags }
    _ = try commit(transaction)
  }

  /// Sets what tables do with frames that no rule of them matches, as `mod-table` does.
  func setMiss(
    _ miss: BridgeRecord.Miss, ofTables tables: ClosedRange<UInt8>, ofBridge name: String
  ) throws(CommandError) {
    var transaction = Transaction(of: configuration, running: running)
    try transaction.configuration.updateBridge(named: name) {
      for table in tables { $0.tableMisses[table] = miss == .drop ? nil : miss }
    }
    _ = try commit(transaction)
  }

  /// Sets what the bridge does with IP fragments, for a controller that asks for it.
  func setFragments(_ handling: FragmentHandling, ofBridge name: String) throws(CommandError) {
    var transaction = Transaction(of: configuration, running: running)
    try transaction.configuration.updateBridge(named: name) { $0.fragments = handling }
    _ = try commit(transaction)
  }

  /// First all that can be refused without touching anything, then what can be taken back, then the rest.
  /// Returns warnings of rules.
  private func commit(_ transaction: Transaction) throws(CommandError) -> [String] {
    var warnings: [String] = []
    var new = transaction.configuration
    if new != configuration { try new.complete() }
    let changes = try parse(transaction.flowChanges, for: new)
    if let running {
      let added = try running.addMissingBridges(of: new)
      do throws(CommandError) {
        try apply(changes, to: running)
      } catch {
        for bridge in added { running.datapath.remove(bridge) }
        throw error
      }
      warnings = overlapWarnings(of: changes, on: running)
      if new != configuration { running.apply(new, added: added) }
      for effect in transaction.effects { effect(running) }
    }
    configuration = new
    if transaction.endsDaemon { isEnding = true }
    return warnings
  }

  /// Changes of one bridge's rules; `watched` are those to be warned of when they overlap with others.
  typealias BridgeChanges = (bridge: String, mods: [FlowMod], watched: [FlowMod])

  func parse(
    _ changes: [FlowChange], for configuration: Configuration
  ) throws(CommandError) -> [BridgeChanges] {
    var result: [BridgeChanges] = []
    // A later command of the same transaction may have deleted the bridge.
    for change in changes where configuration.hasBridge(named: change.bridge) {
      let ports = try configuration.bridge(named: change.bridge).ports
      let mods = try change.parse { name in ports.first { $0.name == name }?.interface.number }
      for mod in mods { try checkEffects(of: mod, bridge: change.bridge) }
      if let index = result.firstIndex(where: { $0.bridge == change.bridge }) {
        result[index].mods += mods
        result[index].watched += change.warnsOfOverlaps ? mods : []
      } else {
        result.append((change.bridge, mods, change.warnsOfOverlaps ? mods : []))
      }
    }
    return result
  }

  private func checkEffects(of mod: FlowMod, bridge: String) throws(CommandError) {
    guard !mod.command.isDelete, let effect = UnsupportedEffects.first(in: mod.match, mod.actions) else {
      return
    }
    let match = mod.match.isEmpty ? "" : ",\(mod.match)"
    throw CommandError("bridge \(bridge): rule 'priority=\(mod.priority)\(match)': \(effect)")
  }

  private func apply(_ changes: [BridgeChanges], to running: RunningSwitch) throws(CommandError) {
    do throws(RulesRefused) {
      try running.datapath.apply(running.changes(changes))
    } catch {
      throw Self.refusal(error)
    }
  }

  static func refusal(_ error: RulesRefused) -> CommandError {
    CommandError("bridge \(error.bridge): \(error.reason)")
  }
}

extension RunningSwitch {
  /// The changes with the bridges that they are about.
  func changes(_ changes: [ControlPlane.BridgeChanges]) -> [(bridge: Bridge, mods: [FlowMod])] {
    changes.compactMap { change in bridge(named: change.bridge).map { (bridge: $0, mods: change.mods) } }
  }
}
