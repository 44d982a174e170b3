import ControlProtocol
import Datapath
import Pipeline

enum ShowFDBStatistics: Command {
  static let name = "fdb/stats-show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridges = try transaction.runningBridges(arguments.optional(0))
    let facts = bridges.map(facts)
    return Output(
      text: facts.map(\.text).joined(), json: arguments.count == 1 ? facts[0].json : .array(facts.map(\.json))
    )
  }

  private static func facts(of bridge: Bridge) -> (text: String, json: JSONValue) {
    let entries = bridge.fdb.all
    let statics = entries.count { $0.isStatic }
    let counts = bridge.fdb.statistics
    let text = """
      Statistics for bridge "\(bridge.name)":
        Current/maximum MAC entries in the table: \(entries.count)/\(bridge.fdb.capacity)
        Current static MAC entries in the table : \(statics)
        Total number of learned MAC entries     : \(counts.learned)
        Total number of expired MAC entries     : \(counts.expired)
        Total number of evicted MAC entries     : \(counts.evicted)
        Total number of port moved MAC entries  : \(counts.moved)

      """
    return (
      text,
      [
        "bridge": .string(bridge.name), "entries": .count(entries.count),
        "maximum": .count(bridge.fdb.capacity),
        "static": .count(statics), "learned": .count(counts.learned), "expired": .count(counts.expired),
        "evicted": .count(counts.evicted), "moved": .count(counts.moved),
      ]
    )
  }
}

enum ClearFDBStatistics: Command {
  static let name = "fdb/stats-clear"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridges = try transaction.runningBridges(arguments.optional(0))
    let names = bridges.map(\.name)
    let differences = bridges.compactMap { bridge -> StateDifference? in
      let counts = bridge.fdb.statistics
      guard counts != FDBStatistics() else { return nil }
      return StateDifference(
        "fdb statistics of \(bridge.name)", before: text(of: counts), after: text(of: FDBStatistics()))
    }
    transaction.afterwards(differences) { running in
      for name in names { running.bridge(named: name)?.fdb.clearStatistics() }
    }
    return .line("statistics successfully cleared")
  }

  private static func text(of counts: FDBStatistics) -> String {
    "learned=\(counts.learned) expired=\(counts.expired) evicted=\(counts.evicted) moved=\(counts.moved)"
  }
}
