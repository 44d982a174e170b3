import Actions
import Match
import OpenFlow

/// `monitor SWITCH [LENGTH] [invalid_ttl] [resume] [watch:[SPEC]...]`: prints what a switch tells its controllers,
/// until it is stopped.
enum Monitor: OfctlCommand {
  static let name = "monitor"
  static var printsJSON: Bool { true }

  /// What the words behind the switch ask for.
  private struct Wishes {
    /// Bytes of packets that no rule matched.
    var length: UInt16?
    var invalidTTL = false
    var resumes = false
    /// Specifications of `watch:`.
    var watches: [String] = []

    /// Without a word, all that there is to see.
    init(_ words: some Collection<String>) throws(OfctlError) {
      if words.isEmpty { length = 65_535 }
      for word in words {
        if word == "invalid_ttl" {
          invalidTTL = true
        } else if word == "resume" {
          resumes = true
        } else if word.hasPrefix("watch:") {
          watches.append(String(word.dropFirst(6)))
        } else if let number = UInt16(word) {
          length = number
        } else {
          let names = ["LENGTH, 0 to 65535", "invalid_ttl", "resume", "watch:SPEC"]
          throw OfctlError("monitor: '\(word)' is none of: \(names.joined(separator: ", "))")
        }
      }
    }
  }

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let wishes = try Wishes(call.arguments.dropFirst())
    var options = call.options
    if wishes.invalidTTL {
      // The flag came with 1.1, Open vSwitch takes it in 1.0, and 1.3 dropped it.
      options.versions = (options.versions ?? Set(OpenFlowVersion.allCases)).filter { $0 <= .v12 }
      if options.versions?.isEmpty == true {
        throw OfctlError(
          "invalid_ttl needs OpenFlow10, OpenFlow11 or OpenFlow12, which --protocols does not allow")
      }
    }
    var client = try OpenFlowClient(to: call[0], options: options)
    let ports = try client.portNames(call)
    if wishes.length != nil || wishes.invalidTTL {
      var config = try client.switchConfig()
      if let length = wishes.length { config.missSendLength = length }
      if wishes.invalidTTL { config.sendsInvalidTTL = true }
      try client.command(OpenFlowRequest.setConfig(config).payload)
    }
    try setPacketInFormat(call, of: &client)
    for (index, watch) in wishes.watches.enumerated() {
      let request = try self.watch(watch, id: UInt32(index + 1), ports)
      for frame in try client.ask(request) { call.showEvent(frame, ports) }
    }
    client.waitForEver()
    while true {
      let frame = try client.receive()
      call.showEvent(frame, ports)
      if wishes.resumes { try resume(frame, on: &client) }
    }
  }

  private static func watch(
    _ text: String, id: UInt32, _ ports: PortNames
  ) throws(OfctlError) -> any MessagePayload {
    do throws(FlowSyntaxError) {
      var request = try FlowMonitorRequest(parsing: text[...], ports: ports.lookup)
      request.id = id
      return OpenFlowRequest.flowMonitor([request]).payload
    } catch {
      throw OfctlError("watch: \(error.caret(in: text))")
    }
  }

  /// The format that the user wants; else the best that the switch has, which is its own when it has no other.
  private static func setPacketInFormat(
    _ call: OfctlCall, of client: inout OpenFlowClient
  ) throws(OfctlError) {
    let format: PacketInFormat? =
      switch call.options.packetInFormat {
      case .standard: .standard
      case .nxt_packet_in: .nxm
      case .nxt_packet_in2: .nxm2
      case nil: nil
      }
    if let format {
      try client.command(OpenFlowRequest.setPacketInFormat(format).payload)
      return
    }
    for format in [PacketInFormat.nxm2, .nxm] where format == .nxm2 || client.version == .v10 {
      do throws(OfctlError) {
        try client.command(OpenFlowRequest.setPacketInFormat(format).payload)
        return
      } catch {}
    }
  }

  /// Sends a packet that a rule paused on its way.
  private static func resume(_ frame: OpenFlowFrame, on client: inout OpenFlowClient) throws(OfctlError) {
    guard case .packetIn(let packet) = try client.message(frame), packet.continuation != nil else { return }
    for message in Resume(packet).messages(version: client.version, xid: client.nextXID()) {
      try client.send(message)
    }
  }
}
