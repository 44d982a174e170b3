import ControlProtocol
import Glibc
import Match
import OpenFlow

/// `apus monitor`: a controller that asks for nothing and prints what the bridge tells it, until it is stopped.
enum Monitor {
  static let name = "monitor"

  /// Never returns but by an error: the daemon went, or the bridge.
  static func run(_ arguments: [String], of invocation: Invocation) throws {
    guard (1...2).contains(arguments.count) else {
      throw MessageError(message: "monitor: BRIDGE [LENGTH] is needed; 'apus help monitor' says more")
    }
    guard let length = UInt16(arguments.count == 2 ? arguments[1] : "65535"), length > 0 else {
      throw MessageError(
        message: "monitor: LENGTH: '\(arguments[1])' is not a number of bytes from 1 to 65535")
    }
    try checkBridge(arguments[0], of: invocation)
    let path = invocation.runDirectory.openFlowSocket(bridge: arguments[0])
    var stream = try ClientStream(path: path, timeoutSeconds: invocation.timeoutSeconds)
    try stream.send(Hello(versions: [.v13]).encode(xid: 1))
    let config = OpenFlowRequest.setConfig(SwitchConfig(missSendLength: length))
    try stream.send(config.encode(version: .v13, xid: 2))
    stream.removeDeadline()
    var splitter = OpenFlowFrameSplitter()
    while true {
      splitter.append(try stream.receive())
      while let frame = try splitter.next() {
        switch try SwitchMessage.decode(frame) {
        case .hello: continue
        case .echoRequest(let data):
          try stream.send(Echo(data, isReply: true).encode(version: .v13, xid: frame.header.xid))
        default: show(frame, asJSON: invocation.json)
        }
      }
    }
  }

  /// The daemon knows better than the directory whether the bridge exists.
  private static func checkBridge(_ name: String, of invocation: Invocation) throws {
    let client = try Client(
      path: invocation.runDirectory.managementSocket, timeoutSeconds: invocation.timeoutSeconds)
    let request = RunRequest(words: ["list-ports", name])
    let reply = try client.call(Request(method: RunRequest.method, params: request.params))
    if case .string(let message) = reply.error { throw MessageError(message: message) }
  }

  /// At once, also into a pipe.
  private static func show(_ frame: OpenFlowFrame, asJSON: Bool) {
    let text = MessagePrinter.text(of: frame.bytes)
    let json: JSONValue = ["message": .string(text)]
    print(asJSON ? json.text(isIndented: false) : text, terminator: asJSON ? "\n" : "")
    fflush(nil)
  }
}
