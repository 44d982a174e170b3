import Match
import OpenFlow

/// `queue-stats SWITCH [PORT [QUEUE]]`: what queues have sent.
enum QueueStatisticsCommand: OfctlCommand {
  static let name = "queue-stats"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portNames(call)
    let port = try QueueArguments.port(call.optional(1), ports)
    let queue = try QueueArguments.queue(call.optional(2))
    call.show(
      try client.ask(OpenFlowRequest.queueStatistics(QueueRequest(port: port, queue: queue)).payload), ports)
  }
}

/// `queue-get-config SWITCH [PORT [QUEUE]]`: the settings of queues.
enum QueueConfiguration: OfctlCommand {
  static let name = "queue-get-config"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portNames(call)
    let port = try QueueArguments.port(call.optional(1), ports)
    let queue = try QueueArguments.queue(call.optional(2))
    // 1.0 can only ask for one port at a time.
    let wanted =
      client.version == .v10 && port == .none
      ? try client.portDescriptions().map(\.number).filter { $0 < .unset } : [port]
    for port in wanted {
      call.show(
        try client.ask(OpenFlowRequest.queueConfig(QueueRequest(port: port, queue: queue)).payload), ports)
    }
  }
}

enum QueueArguments {
  /// Without one, `ALL` and `ANY`: all ports.
  static func port(_ text: String?, _ ports: PortNames) throws(OfctlError) -> PortNumber {
    let port = try PortArgument.parse(text, ports)
    return port == .all ? .none : port
  }

  /// Without one, `ALL` and `ANY`: all queues.
  static func queue(_ text: String?) throws(OfctlError) -> UInt32? {
    guard let text, !["ALL", "ANY"].contains(text.uppercased()) else { return nil }
    guard let queue = UInt32(text) else {
      throw OfctlError("QUEUE: '\(text)' is neither a number nor ALL")
    }
    return queue
  }
}
