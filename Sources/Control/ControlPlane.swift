public import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline

/// Runs command lines: the one way in which the configuration and the switch change. Used on the control thread.
public final class ControlPlane {
  public private(set) var configuration = Configuration()
  /// Whether the daemon was asked to end.
  public private(set) var isEnding = false
  private let running: RunningSwitch?

  /// - Parameter running: the switch that follows the configuration; without one only records can be changed
  ///   and read.
  public init(running: RunningSwitch?) { self.running = running }

  /// Runs the commands of one command line as one transaction.
  ///
  /// - Throws: `CommandError` for the first command that is refused; nothing has changed then.
  public func run(_ request: RunRequest) throws(CommandError) -> RunResult {
    let commands = try CommandParser.parse(request.words, files: request.files)
    var transaction = Transaction(of: configuration, running: running)
    var outputs: [Output] = []
    for (command, arguments) in commands { outputs.append(try command.run(arguments, in: &transaction)) }
    try commit(&transaction)
    let status = outputs.map(\.status).max() ?? 0
    guard request.json else { return RunResult(output: outputs.map(\.text).joined(), status: status) }
    let json = outputs.count == 1 ? outputs[0].json : .array(outputs.map(\.json))
    return RunResult(output: json.text(isIndented: true) + "\n", status: status)
  }

  /// Sets a port's OpenFlow configuration, as `mod-port` on a controller's connection does.
  func setFlags(_ flags: PortFlags, ofPort name: String) {
    var transaction = Transaction(of: configuration, running: running)
    // Refused only for a port that is not there, and controllers ask for ports that are.
    try? transaction.configuration.updatePort(named: name) { $0.flags = flags }
    try? commit(&transaction)
  }

  private func commit(_ transaction: inout Transaction) throws(CommandError) {
    var new = transaction.configuration
    if new != configuration { try new.complete() }
    if let running {
      let added = try running.addMissingBridges(of: new)
      do throws(CommandError) {
        try change(transaction.flowChanges, new, added: added)
      } catch {
        for bridge in added { running.datapath.remove(bridge) }
        throw error
      }
      if new != configuration { running.apply(new, added: added) }
      for effect in transaction.effects { effect(running) }
    }
    configuration = new
    if transaction.endsDaemon { isEnding = true }
  }

  /// Flow tables of new bridges first: they vanish with their bridge if a later change is refused. Of the bridges
  /// that run already only one can be changed, because what was applied to one cannot be taken back when
  /// another refuses.
  private func change(
    _ changes: [FlowChange], _ configuration: Configuration, added: [Bridge]
  ) throws(CommandError) {
    var mods: [(bridge: Bridge, mods: [FlowMod])] = []
    for change in changes where configuration.hasBridge(named: change.bridge) {
      let ports = try configuration.bridge(named: change.bridge).ports
      let parsed = try change.parse { name in ports.first { $0.name == name }?.interface.number }
      guard let bridge = running?.bridge(named: change.bridge) else { continue }
      if let index = mods.firstIndex(where: { $0.bridge === bridge }) {
        mods[index].mods += parsed
      } else {
        mods.append((bridge, parsed))
      }
    }
    let isNew = { (bridge: Bridge) in added.contains { $0 === bridge } }
    let existing = mods.filter { !isNew($0.bridge) }
    guard existing.count <= 1 else {
      let names = existing.map(\.bridge.name).joined(separator: ", ")
      throw CommandError("one transaction can change the rules of one existing bridge, not of \(names)")
    }
    for (bridge, mods) in mods.filter({ isNew($0.bridge) }) + existing {
      do throws(FlowTablesError) {
        try bridge.apply(mods)
      } catch {
        throw CommandError("bridge \(bridge.name): \(Self.explanation(of: error))")
      }
    }
  }

  private static func explanation(of error: FlowTablesError) -> String {
    switch error {
    case .overlap(let priority, let match):
      "check_overlap: a rule of priority \(priority) overlaps with '\(match)'"
    case .badTable(let table): "table \(table) does not exist (0 to 253)"
    case .full(let limit): "there are \(limit) rules, the most that can be"
    }
  }
}
