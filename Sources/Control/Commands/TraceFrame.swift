import ControlProtocol
import Datapath

/// `trace`: short for ofproto/trace. With `--live` the client asks for a stream instead (`LiveTraceRequest`).
enum TraceFrame: Command {
  static let name = "trace"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    if arguments.has("--live") || arguments.has("--count") {
      throw CommandError(
        "trace: --live stands alone: 'apus trace --live FILTER BRIDGE', without other commands and '--'")
    }
    return try OpenVSwitchTrace.run(arguments, named: name, withActions: false, in: transaction)
  }
}

/// `ofproto/trace`, as ovs-appctl sends it.
enum OpenVSwitchTrace: Command {
  static let name = "ofproto/trace"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try run(arguments, named: name, withActions: false, in: transaction)
  }

  static func run(
    _ arguments: Arguments, named name: String, withActions: Bool, in transaction: Transaction
  ) throws(CommandError) -> Output {
    if arguments.has("--ct-next") {
      throw CommandError(
        "\(name): --ct-next: connections are not tracked yet: rules that need it are refused, so no trace meets any")
    }
    let request: TraceRequest
    do throws(CommandError) {
      request = try TraceRequest(
        arguments.positional, withActions: withActions, bridges: try transaction.runningBridges(nil))
    } catch {
      throw CommandError("\(name): \(error.message)")
    }
    guard let datapath = transaction.running?.datapath else { return .none }
    let trace = request.bridge.trace(request.key, applying: request.actions)
    let report = TraceWords(datapath, showsNames: arguments.has("--names"))
      .report(trace, on: request.bridge, actions: request.actions)
    return Output(text: report.text, json: report.json)
  }
}

/// `ofproto/trace-packet-out`: the same for a frame to which actions are applied first.
enum TracePacketOut: Command {
  static let name = "ofproto/trace-packet-out"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try OpenVSwitchTrace.run(arguments, named: name, withActions: true, in: transaction)
  }
}
