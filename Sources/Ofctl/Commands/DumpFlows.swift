import Flow
import Match
import OpenFlow

/// `dump-flows SWITCH [FLOW]`: the rules that FLOW covers.
enum DumpFlows: OfctlCommand {
  static let name = "dump-flows"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.allNames(call)
    let request = try FlowFilter.request(
      call.optional(1), version: client.version, options: call.options, ports: ports)
    let colors = FlowColors(for: call)
    let isPlain =
      call.options.sortKeys.isEmpty && call.options.showsStatistics
      && !call.options.showsNames(on: call.console)
    if isPlain {
      for frame in try client.ask(OpenFlowRequest.flowStatistics(request).payload) {
        var printer = MessagePrinter(style: call.style(ports))
        printer.append(frame)
        call.console.write(colors.painted(printer.text))
      }
    } else {
      for flow in FlowOrder.sorted(try client.flows(request), by: call.options.sortKeys) {
        var printer = MessagePrinter(style: call.style(ports))
        printer.append(flow)
        call.line(colors.painted(printer.text))
      }
    }
  }
}
