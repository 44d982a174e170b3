import ControlProtocol
import Datapath
import IPFIX

enum ShowIPFIX: Command {
  static let name = "ipfix/show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let names = try transaction.runningBridges(arguments.optional(0)).map(\.name)
    let report = transaction.running?.hooks.ipfixReport() ?? .init()
    let sets = report.sets.filter { names.contains($0.bridge) }
    let unknown = report.unknown.filter { names.contains($0.bridge) }
    var text = ""
    for (bridge, set, targets, counts) in sets {
      text +=
        "collector set \(bridge)/\(set): \(targets.isEmpty ? "no target" : targets.joined(separator: " "))\n"
      text +=
        "  flows=\(counts.flows), current flows=\(counts.currentFlows), sampled pkts=\(counts.packets)\n"
      text += "  ipv4 ok=\(counts.ipv4Packets), ipv6 ok=\(counts.ipv6Packets)"
      text += ", ipv4 errs=\(counts.ipv4Errors), ipv6 errs=\(counts.ipv6Errors)\n"
      text += "  tx pkts=\(counts.sentMessages), tx errs=\(counts.sendErrors)"
      text += ", not sent pkts=\(counts.notSentPackets)\n"
    }
    for (bridge, set, samples) in unknown {
      text += "lost: unknown_collector_set \(bridge)/\(set): \(samples)\n"
    }
    text += "lost: sample_queue_full: \(report.lost)\n"
    return Output(
      text: text,
      json: [
        "collector_sets": .array(
          sets.map { bridge, set, targets, counts in
            [
              "bridge": .string(bridge), "id": .count(set), "targets": .array(targets.map(JSONValue.string)),
              "statistics": .object(counts.pairs.mapValues { UInt64($0).map { .count($0) } ?? .null }),
            ]
          }),
        "unknown_collector_set": .array(
          unknown.map { bridge, set, samples in
            ["bridge": .string(bridge), "id": .count(set), "samples": .count(samples)]
          }),
        "sample_queue_full": .count(report.lost),
      ])
  }
}
