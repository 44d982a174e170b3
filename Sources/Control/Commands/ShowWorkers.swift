import ControlProtocol
import Datapath
import Pipeline

/// What the workers do, where their time goes, and what their flow caches are worth.
enum ShowWorkers: Command {
  static let name = "workers"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let datapath = transaction.running?.datapath else { return .none }
    let names = WorkerFacts.portNames(datapath)
    let reports = datapath.workerReports
    return Output(
      text: reports.map { text(of: $0, names, datapath) }.joined(),
      json: .array(reports.map { json(of: $0, names, datapath) }))
  }

  // MARK: For people

  private static func text(of report: WorkerReport, _ names: [PortIndex: String], _ datapath: Switch)
    -> String
  {
    let flows = report.flows
    let batches = report.batchCount
    var text =
      "worker \(report.worker), on \(report.processor.map { "processor \($0)" } ?? "any processor")\n"
    text += "  busy: \(percent(report.busy, of: report.elapsed)) of \(seconds(report.elapsed))\n"
    text +=
      "  frames: \(report.frames) in \(batches) batches\(average(report.frames, by: batches, "of", "each"))\n"
    for (i, size) in WorkerReport.sizes.enumerated() where report.batches[i] > 0 {
      text += "    of \(size): \(percent(report.batches[i], of: batches)) of the batches\n"
    }
    if report.frames > 0 {
      text += "  a frame: \(report.busy / report.frames) ns, \(report.ticksPerFrame) ticks\n"
      let stages = WorkerReport.Stage.allCases.map { "\($0) \(report.time(of: $0) / report.frames)" }
      text += "    in ns: \(stages.joined(separator: ", "))\n"
    }
    if report.flowCapacity == 0 {
      text += "  flow cache: none\n"
    } else {
      text += "  flow cache: \(flows.flows) of \(report.flowCapacity) flows, under \(flows.masks) masks"
      text += flows.isAside ? ", stands aside\n" : "\n"
      text += "    looked for: \(flows.lookups) frames, \(percent(flows.hits, of: flows.lookups)) found"
      text += "\(average(flows.probes, by: flows.lookups, "with", "masks tried for each"))\n"
    }
    for queue in report.queues {
      text +=
        "  queue \(queue.queue) of \(names[queue.port] ?? "a port that is gone"): \(queue.frames) frames"
      text += average(queue.frames, by: queue.batches, "in batches of", "")
      if queue.frames > 0 { text += ", \(percent(queue.busy, of: report.busy)) of the busy time" }
      text += datapath.isPinned(queue) ? ", pinned\n" : "\n"
    }
    return text
  }

  // MARK: For programs

  private static func json(
    of report: WorkerReport, _ names: [PortIndex: String], _ datapath: Switch
  ) -> JSONValue {
    let flows = report.flows
    return [
      "worker": .count(report.worker), "processor": report.processor.map { .count($0) } ?? .null,
      "nanoseconds": .count(Int(report.elapsed)), "busy-nanoseconds": .count(Int(report.busy)),
      "stage-nanoseconds": .object(
        Dictionary(
          uniqueKeysWithValues: WorkerReport.Stage.allCases.map {
            ("\($0)", .count(Int(report.time(of: $0))))
          })),
      "frames": .count(Int(report.frames)), "batches": .count(Int(report.batchCount)),
      "batch-sizes": .object(
        Dictionary(
          uniqueKeysWithValues: zip(WorkerReport.sizes, 0..<6).map { ($0, .count(Int(report.batches[$1]))) })),
      "flow-capacity": .count(report.flowCapacity), "flows": .count(flows.flows),
      "masks": .count(flows.masks), "lookups": .count(Int(flows.lookups)), "hits": .count(Int(flows.hits)),
      "masks-tried": .count(Int(flows.probes)), "aside": .boolean(flows.isAside),
      "queues": .array(
        report.queues.map { queue in
          [
            "port": names[queue.port].map { .string($0) } ?? .null, "queue": .count(queue.queue),
            "frames": .count(Int(queue.frames)), "batches": .count(Int(queue.batches)),
            "busy-nanoseconds": .count(Int(queue.busy)), "pinned": .boolean(datapath.isPinned(queue)),
          ]
        }),
    ]
  }

  // MARK: Words

  private static func percent(_ part: UInt64, of whole: UInt64) -> String {
    whole == 0 ? "none" : "\(decimal(100 * Double(part) / Double(whole))) %"
  }

  private static func average(_ sum: UInt64, by count: UInt64, _ before: String, _ after: String) -> String {
    guard count > 0 else { return "" }
    return ", \(before) \(decimal(Double(sum) / Double(count)))" + (after.isEmpty ? "" : " \(after)")
  }

  private static func seconds(_ nanoseconds: UInt64) -> String { "\(decimal(Double(nanoseconds) / 1e9)) s" }

  private static func decimal(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

/// What several commands say of workers.
enum WorkerFacts {
  static func portNames(_ datapath: Switch) -> [PortIndex: String] {
    Dictionary(uniqueKeysWithValues: datapath.bridges.flatMap(\.ports).map { ($0.index, $0.name) })
  }
}

extension WorkerReport {
  var batchCount: UInt64 { (0..<6).reduce(0) { $0 + batches[$1] } }
  var ticksPerFrame: UInt64 { frames == 0 ? 0 : UInt64(Double(busy) * ticksPerMicrosecond / 1000) / frames }
}
