import ControlProtocol
import Datapath
import Sys

/// The last drops of ports, in sentences.
enum WhyDropped: Command {
  static let name = "why-dropped"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    var limit = 10
    if let text = arguments.options["--count"] {
      guard let count = Int(text), count > 0 else {
        throw CommandError("why-dropped: --count: '\(text)' is not a number from 1")
      }
      limit = count
    }
    let ports = try Drops.ports(arguments.optional(0), in: transaction)
    guard let datapath = transaction.running?.datapath else { return .none }
    let words = DropWords(datapath, now: MonotonicClock.nanoseconds / 1_000_000)
    let drops = ports.flatMap { port in port.lastDrops.map { (port, $0) } }
      .sorted { $0.1.time < $1.1.time }.suffix(limit)
    let text = drops.map { words.sentence($1, at: $0) + "\n" }.joined()
    return Output(
      text: text.isEmpty ? "nothing was dropped\n" : text, json: .array(drops.map { words.json($1, at: $0) }))
  }
}
