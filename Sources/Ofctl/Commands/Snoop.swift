import ControlProtocol
import Match
import OpenFlow

/// `snoop SWITCH`: prints what a bridge and its controller say to each other, until it is stopped.
enum Snoop: OfctlCommand {
  static let name = "snoop"
  static var printsJSON: Bool { true }

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options, suffix: ".snoop")
    client.waitForEver()
    while true { call.showEvent(try client.receiveAny()) }
  }
}

extension OfctlCall {
  /// Prints a message that came by itself, at once, also into a pipe.
  func showEvent(_ frame: OpenFlowFrame, _ ports: PortNames = PortNames()) {
    let time = options.printsTimestamps ? "\(Timestamp.now.dateAndTime): " : ""
    let text = time + MessagePrinter.shown(frame.bytes, style: style(ports, base: 2))
    if options.json {
      let json: JSONValue = ["message": .string(text)]
      line(json.text(isIndented: false))
    } else {
      console.write(text)
    }
    console.flush()
  }
}
