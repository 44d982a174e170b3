import ControlProtocol
import Datapath
import Pipeline

/// `dpif-netdev/pmd-rxq-show`: which worker takes frames from which queue, as scripts for Open vSwitch read it.
enum ShowReceiveQueues: Command {
  static let name = "dpif-netdev/pmd-rxq-show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let datapath = transaction.running?.datapath else { return .none }
    let names = WorkerFacts.portNames(datapath)
    var text = ""
    for report in datapath.workerReports {
      let isIsolated = report.queues.contains { datapath.isPinned($0) }
      text += "pmd thread numa_id 0 core_id \(report.worker):\n  isolated : \(isIsolated)\n"
      for queue in report.queues {
        let name = names[queue.port] ?? ""
        let padding = String(repeating: " ", count: max(0, 16 - name.count))
        let usage = report.elapsed == 0 ? 0 : queue.busy * 100 / report.elapsed
        text += "  port: \(name)\(padding)  queue-id: \(queue.queue) (enabled)   pmd usage: \(usage) %\n"
      }
    }
    return Output(text: text, json: .string(text))
  }
}

/// `dpif-netdev/pmd-stats-show`: what workers have done, in the lines that scripts for Open vSwitch look for.
enum ShowWorkerStatistics: Command {
  static let name = "dpif-netdev/pmd-stats-show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let datapath = transaction.running?.datapath else { return .none }
    var text = ""
    for report in datapath.workerReports {
      let all = Double(report.elapsed) * report.ticksPerMicrosecond / 1000
      let busy = min(all, Double(report.busy) * report.ticksPerMicrosecond / 1000)
      let flows = report.flows
      text += """
        pmd thread numa_id 0 core_id \(report.worker):
          packets received: \(report.frames)
          megaflow hits: \(flows.hits)
          avg. subtable lookups per megaflow hit: \(hundredths(Double(flows.probes), by: Double(flows.hits)))
          idle cycles: \(UInt64(all - busy)) (\(hundredths((all - busy) * 100, by: all))%)
          processing cycles: \(UInt64(busy)) (\(hundredths(busy * 100, by: all))%)

        """
      guard report.frames > 0 else { continue }
      text += """
          avg cycles per packet: \(hundredths(all, by: Double(report.frames))) (\(UInt64(all))/\(report.frames))
          avg processing cycles per packet: \(hundredths(busy, by: Double(report.frames))) \
        (\(UInt64(busy))/\(report.frames))

        """
    }
    return Output(text: text, json: .string(text))
  }

  private static func hundredths(_ value: Double, by count: Double) -> String {
    let hundredths = count == 0 ? 0 : Int((value / count * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// `dpif-netdev/pmd-stats-clear`: workers count anew.
enum ClearWorkerStatistics: Command {
  static let name = "dpif-netdev/pmd-stats-clear"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    transaction.afterwards([]) { $0.datapath.clearWorkerReports() }
    return .none
  }
}

/// `dpif-netdev/pmd-rxq-rebalance`: queues are spread over workers by their loads.
enum RebalanceQueues: Command {
  static let name = "dpif-netdev/pmd-rxq-rebalance"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    transaction.afterwards([]) { _ = $0.datapath.rebalance() }
    return .none
  }
}
