import ControlProtocol
import Match
import OpenFlow

/// An OpenFlow connection to a bridge of Open vSwitch.
final class OpenFlowChannel {
  /// That of questions, and of what no case says otherwise of.
  static let version = OpenFlowVersion.v15

  let version: OpenFlowVersion
  private var stream: ClientStream
  private var splitter = OpenFlowFrameSplitter()
  private var lastXID: UInt32 = 1
  /// What the bridge said without being asked.
  private(set) var unasked: [OpenFlowFrame] = []

  init(path: String, version: OpenFlowVersion = OpenFlowChannel.version) throws {
    self.version = version
    stream = try ClientStream(path: path, timeoutSeconds: 0)
    try stream.send(Hello(versions: [version]).encode(xid: 1))
    guard try receive().header.isHello else { throw OracleFault("\(path): no hello") }
  }

  func nextXID() -> UInt32 {
    lastXID &+= 1
    return lastXID
  }

  func takeUnasked() -> [OpenFlowFrame] {
    defer { unasked = [] }
    return unasked
  }

  private func receive() throws -> OpenFlowFrame {
    while true {
      if let frame = try splitter.next() {
        guard frame.header.type == 2 else { return frame }
        try stream.send(
          Echo(Array(frame.body), isReply: true).encode(version: version, xid: frame.header.xid))
      }
      splitter.append(try stream.receive())
    }
  }

  /// Sends messages, each of one request, and waits until all are carried out.
  /// - Returns: what was said against which of them.
  func perform(_ messages: [[UInt8]]) throws -> [Int: String] {
    var places: [UInt32: Int] = [:]
    var bytes: [UInt8] = []
    for (place, message) in messages.enumerated() {
      guard message.count >= 8 else {
        throw OracleFault("request \(place) has no message in \(version)")
      }
      places[message[4..<8].reduce(0) { $0 << 8 | UInt32($1) }] = place
      bytes += message
    }
    let xid = nextXID()
    bytes += OpenFlowRequest.barrier.payload.encode(version: version, xid: xid)
    try stream.send(bytes)
    var refused: [Int: String] = [:]
    while true {
      let frame = try receive()
      if frame.header.xid == xid { return refused }
      if frame.header.isError, let place = places[frame.header.xid] {
        guard case .fromSwitch(.error(let error)) = try? OpenFlowMessage.decode(frame) else { continue }
        refused[place] = error.code(in: version).map { "\($0)" } ?? "an error without a name"
      } else {
        unasked.append(frame)
      }
    }
  }

  /// Asks one question.
  func ask(_ request: OpenFlowRequest) throws -> SwitchMessage {
    let xid = nextXID()
    try stream.send(request.payload.encode(version: version, xid: xid))
    var joiner = MultipartJoiner()
    while true {
      let frame = try receive()
      guard frame.header.xid == xid else {
        unasked.append(frame)
        continue
      }
      guard let whole = try joiner.add(frame) else { continue }
      guard case .fromSwitch(let answer) = try OpenFlowMessage.decode(whole) else {
        throw OracleFault("an answer of the wrong kind")
      }
      if case .error(let error) = answer { throw OracleFault("a question is refused: \(error.number)") }
      return answer
    }
  }
}
