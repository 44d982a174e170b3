import ControlProtocol
import Datapath
import Pipeline

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
        "\(name): --ct-next: connections are not tracked yet: rules that need it are refused, so no trace meets any"
      )
    }
    let generates = arguments.has("--generate") || arguments.positional.contains("-generate")
    try checkPayload(arguments, generates: generates, named: name)
    let request: TraceRequest
    do throws(CommandError) {
      request = try TraceRequest(
        arguments.positional, withActions: withActions, generates: generates,
        isConsistent: arguments.has("--consistent"), bridges: try transaction.runningBridges(nil))
    } catch {
      throw CommandError("\(name): \(error.message)")
    }
    guard let datapath = transaction.running?.datapath else { return .none }
    let trace = request.bridge.trace(request.key, frame: request.frame, applying: request.actions)
    var report = TraceWords(datapath, showsNames: arguments.has("--names"))
      .report(trace, on: request.bridge, actions: request.actions)
    report.needsFrame = request.frame == nil && trace.dropReason == .malformedFrame
    return Output(text: report.text, json: report.json)
  }
}

extension OpenVSwitchTrace {
  /// What would stand behind the headers of a frame that is made of the flow. No answer depends on it, but it has
  /// to make sense.
  private static func checkPayload(
    _ arguments: Arguments, generates: Bool, named name: String
  ) throws(CommandError) {
    let (payload, length) = (arguments.options["--l7"], arguments.options["--l7-len"])
    guard payload != nil || length != nil else { return }
    guard generates else { throw CommandError("\(name): --l7 and --l7-len need --generate") }
    if let length, !(Int(length).map { (0...64_000).contains($0) } ?? false) {
      throw CommandError("\(name): --l7-len: '\(length)' is not a number from 0 to 64000")
    }
    guard let payload else { return }
    guard payload.utf8.count.isMultiple(of: 2), payload.allSatisfy(\.isHexDigit) else {
      throw CommandError("\(name): --l7: '\(payload)' is not whole bytes in hexadecimal")
    }
  }
}

/// `ofproto/trace-packet-out`: the same for a frame to which actions are applied first.
enum TracePacketOut: Command {
  static let name = "ofproto/trace-packet-out"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try OpenVSwitchTrace.run(arguments, named: name, withActions: true, in: transaction)
  }
}
