import ControlProtocol
import Datapath
import Pipeline

/// What the worker does, and what its flow cache is worth.
enum ShowWorkers: Command {
  static let name = "workers"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let report = transaction.running?.datapath.workerReports.first else { return .none }
    let flows = report.flows
    let batches = (0..<6).reduce(UInt64(0)) { $0 + report.batches[$1] }
    var text = "worker 0\n"
    text +=
      "  frames: \(report.frames) in \(batches) batches\(average(report.frames, by: batches, "of", "each"))\n"
    for (i, size) in WorkerReport.sizes.enumerated() where report.batches[i] > 0 {
      text += "    of \(size): \(percent(report.batches[i], of: batches)) of the batches\n"
    }
    if report.flowCapacity == 0 {
      text += "  flow cache: none\n"
    } else {
      text += "  flow cache: \(flows.flows) of \(report.flowCapacity) flows, under \(flows.masks) masks"
      text += flows.isAside ? ", stands aside\n" : "\n"
      text += "    looked for: \(flows.lookups) frames, \(percent(flows.hits, of: flows.lookups)) found"
      text += "\(average(flows.probes, by: flows.lookups, "with", "masks tried for each"))\n"
    }
    return Output(
      text: text,
      json: .array([
        [
          "worker": .count(0), "frames": .count(Int(report.frames)), "batches": .count(Int(batches)),
          "batch-sizes": .object(
            Dictionary(
              uniqueKeysWithValues: zip(WorkerReport.sizes, 0..<6).map {
                ($0, .count(Int(report.batches[$1])))
              })),
          "flow-capacity": .count(report.flowCapacity), "flows": .count(flows.flows),
          "masks": .count(flows.masks), "lookups": .count(Int(flows.lookups)),
          "hits": .count(Int(flows.hits)),
          "masks-tried": .count(Int(flows.probes)), "aside": .boolean(flows.isAside),
        ]
      ]))
  }

  private static func percent(_ part: UInt64, of whole: UInt64) -> String {
    whole == 0 ? "none" : "\(decimal(100 * Double(part) / Double(whole))) %"
  }

  private static func average(_ sum: UInt64, by count: UInt64, _ before: String, _ after: String) -> String {
    count == 0 ? "" : ", \(before) \(decimal(Double(sum) / Double(count))) \(after)"
  }

  private static func decimal(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
