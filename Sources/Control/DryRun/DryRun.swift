import ControlProtocol
import Datapath
import Match
import Pipeline

extension ControlPlane {
  /// What `commit` would do. The same checks are made and the same rules are changed, where no worker sees it, and
  /// everything is taken back.
  func preview(_ transaction: Transaction) throws(CommandError) -> (
    differences: [StateDifference], warnings: [String]
  ) {
    var new = transaction.configuration
    if new != configuration { try new.complete() }
    let changes = try parse(transaction.flowChanges, for: new)
    var differences = try ConfigurationDifferences.between(configuration, new)
    var warnings: [String] = []
    if let running {
      let added = try running.addMissingBridges(of: new)
      defer { for bridge in added.reversed() { running.datapath.remove(bridge) } }
      let settings = running.settingsChanged(by: new)
      do throws(RulesRefused) {
        differences += try running.datapath.preview(
          running.changes(changes), settings: settings, new: added
        ) { warnings = overlapWarnings(of: changes, on: running) }.compactMap(StateDifference.flow)
      } catch {
        throw Self.refusal(error)
      }
      differences += running.contentsGone(under: new)
    }
    differences += transaction.effectDifferences
    if transaction.endsDaemon { differences.append(StateDifference("daemon", before: "runs", after: nil)) }
    return (differences, warnings)
  }
}
