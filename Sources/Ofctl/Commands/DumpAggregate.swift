import OpenFlow

/// `dump-aggregate SWITCH [FLOW]`: the sums over the rules that FLOW covers.
enum DumpAggregate: OfctlCommand {
  static let name = "dump-aggregate"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portNames(call)
    let request = try FlowFilter.request(
      call.optional(1), version: client.version, options: call.options, ports: ports)
    call.show(try client.ask(OpenFlowRequest.aggregateStatistics(request).payload))
  }
}
