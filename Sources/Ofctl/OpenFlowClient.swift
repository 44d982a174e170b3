import ControlProtocol
import Match
import OpenFlow

/// A connection to a switch or a controller, on which one question is asked after the other. It blocks its caller,
/// answers echo requests, and gives up when the other side is silent for too long.
struct OpenFlowClient: ~Copyable {
  /// What was negotiated.
  let version: OpenFlowVersion
  /// What the user called the other side.
  let name: String
  private var stream: ClientStream
  private var splitter: OpenFlowFrameSplitter
  private var lastXID: UInt32
  /// Seconds for each answer; `nil` when the limit is for the whole command.
  private let answerSeconds: Int?

  /// Connects and negotiates the highest version that both sides speak.
  ///
  /// - Parameters:
  ///   - needed: versions in which the command can be carried out; `nil` for all.
  ///   - why: what the command needs them for, for the error.
  ///   - suffix: what follows a bridge's name in its socket's path.
  init(
    to target: String, options: OfctlOptions, needing needed: PartialRangeFrom<OpenFlowVersion>? = nil,
    for why: String = "", suffix: String = RunDirectory.openFlowSuffix
  ) throws(OfctlError) {
    var offered = options.versions ?? Set(OpenFlowVersion.allCases)
    if let formats = options.flowFormats {
      offered = offered.filter { !formats.isDisjoint(with: FlowProtocols(of: $0)) }
      guard !offered.isEmpty else {
        throw OfctlError("no version that --protocols allows can carry the flow format \(formats)")
      }
    }
    if let needed {
      offered = offered.filter { needed.contains($0) }
      guard !offered.isEmpty else {
        throw OfctlError("\(why) needs \(needed.lowerBound) or later, which --protocols does not allow")
      }
    }
    let address = try SwitchAddress(target)
    var stream = try address.open(
      in: options.runDirectory, suffix: suffix,
      timeoutSeconds: options.timeoutSeconds ?? OfctlOptions.answerSeconds)
    var splitter = OpenFlowFrameSplitter()
    let hello = Hello(versions: offered.sorted())
    do throws(ClientError) {
      try stream.send(hello.encode(xid: 1))
    } catch {
      throw Self.words(error, target)
    }
    let version = try Self.negotiate(hello, with: target, over: &stream, &splitter)
    self.stream = stream
    self.splitter = splitter
    self.version = version
    name = target
    lastXID = 1
    answerSeconds = options.timeoutSeconds == nil ? OfctlOptions.answerSeconds : nil
  }

  private static func negotiate(
    _ hello: Hello, with name: String, over stream: inout ClientStream,
    _ splitter: inout OpenFlowFrameSplitter
  ) throws(OfctlError) -> OpenFlowVersion {
    let frame = try nextFrame(from: &stream, &splitter, named: name)
    let versions = frame.header.isHello ? Hello(frame).versions & hello.versions : 0
    let common = OpenFlowVersion.allCases.last { versions & (1 << UInt32($0.rawValue)) != 0 }
    if let common { return common }
    guard frame.header.isHello else {
      throw OfctlError("\(name): its first message is not a hello:\n\(MessagePrinter.text(of: frame.bytes))")
    }
    let theirs = OpenFlowVersion.allCases.filter { Hello(frame).versions & (1 << UInt32($0.rawValue)) != 0 }
    let ours = OpenFlowVersion.allCases.filter { hello.versions & (1 << UInt32($0.rawValue)) != 0 }
    throw OfctlError(
      """
      \(name) speaks \(theirs.map(\.description).joined(separator: ", ")), but needed is \
      \(ours.map(\.description).joined(separator: " or "))
      """)
  }

  // MARK: Messages

  /// A number for the next request.
  mutating func nextXID() -> UInt32 {
    lastXID &+= 1
    return lastXID
  }

  /// Waits for ever from now on, unless the user limited the whole command.
  mutating func waitForEver() {
    if answerSeconds != nil { stream.removeDeadline() }
  }

  private mutating func restartDeadline() {
    if let answerSeconds { stream.restartDeadline(seconds: answerSeconds) }
  }

  mutating func send(_ bytes: [UInt8]) throws(OfctlError) {
    restartDeadline()
    try Self.asking(name) { () throws(ClientError) in try stream.send(bytes) }
  }

  /// The next message, whatever it is.
  mutating func receiveAny() throws(OfctlError) -> OpenFlowFrame {
    try Self.nextFrame(from: &stream, &splitter, named: name)
  }

  /// The next message; echo requests are answered and not returned.
  mutating func receive() throws(OfctlError) -> OpenFlowFrame {
    while true {
      let frame = try Self.nextFrame(from: &stream, &splitter, named: name)
      guard frame.header.type == 2 else { return frame }
      let echo = Echo(Array(frame.body), isReply: true)
      try Self.asking(name) { () throws(ClientError) in
        try stream.send(echo.encode(version: version, xid: frame.header.xid))
      }
    }
  }

  private static func nextFrame(
    from stream: inout ClientStream, _ splitter: inout OpenFlowFrameSplitter, named name: String
  ) throws(OfctlError) -> OpenFlowFrame {
    while true {
      do throws(OpenFlowFrameSplitter.BadLength) {
        if let frame = try splitter.next() { return frame }
      } catch {
        throw OfctlError("\(name): it does not speak OpenFlow: a message of \(error.header.length) bytes")
      }
      let bytes = try asking(name) { () throws(ClientError) in try stream.receive() }
      splitter.append(bytes)
    }
  }

  /// What `body` returns; errors in the words of a switch, not of the daemon.
  private static func asking<Value>(
    _ name: String, _ body: () throws(ClientError) -> Value
  ) throws(OfctlError) -> Value {
    do throws(ClientError) {
      return try body()
    } catch {
      throw words(error, name)
    }
  }

  private static func words(_ error: ClientError, _ name: String) -> OfctlError {
    switch error {
    case .closed: OfctlError("\(name): it closed the connection")
    case .timeout: OfctlError("\(name): no answer in time; --timeout=SECONDS waits longer")
    default: OfctlError("\(error)")
    }
  }

  // MARK: Questions

  /// Sends a request and returns all messages of its reply. Throws what the switch says against it.
  mutating func ask(_ request: any MessagePayload) throws(OfctlError) -> [OpenFlowFrame] {
    let xid = nextXID()
    let messages = request.messages(version: version, xid: xid)
    guard !messages.isEmpty else {
      throw OfctlError("\(version) has no message for this; try another --protocols")
    }
    for message in messages { try send(message) }
    var frames: [OpenFlowFrame] = []
    while true {
      restartDeadline()
      let frame = try receive()
      guard frame.header.xid == xid else { continue }
      if frame.header.isError { throw refusal(frame) }
      frames.append(frame)
      if !frame.hasMore { return frames }
    }
  }

  /// Sends messages that are answered only when they are refused, and waits until the switch has done with them.
  ///
  /// - Returns: what the switch says against messages, with the message's place in `messages`.
  mutating func perform(_ messages: [[UInt8]]) throws(OfctlError) -> [(index: Int, error: OpenFlowFrame)] {
    var refused: [(Int, OpenFlowFrame)] = []
    // Not too many at once: a switch that cannot get rid of its errors stops to read.
    var start = 0
    while start < messages.count {
      let end = min(start + 1000, messages.count)
      var places: [UInt32: Int] = [:]
      var run: [UInt8] = []
      for index in start..<end {
        places[messages[index].xid] = index
        run += messages[index]
      }
      try send(run)
      try barrier { frame in
        if frame.header.isError, let place = places[frame.header.xid] { refused.append((place, frame)) }
      }
      start = end
    }
    return refused
  }

  /// Waits until the switch has done all that was asked of it; messages that come meanwhile go to `other`.
  mutating func barrier(_ other: (OpenFlowFrame) -> Void = { _ in }) throws(OfctlError) {
    let xid = nextXID()
    for message in OpenFlowRequest.barrier.payload.messages(version: version, xid: xid) { try send(message) }
    while true {
      restartDeadline()
      let frame = try receive()
      if frame.header.xid == xid, !frame.header.isError { return }
      other(frame)
    }
  }

  /// Sends one such message. Throws what the switch says against it.
  mutating func command(_ request: any MessagePayload) throws(OfctlError) {
    let messages = request.messages(version: version, xid: nextXID())
    guard !messages.isEmpty else {
      throw OfctlError("\(version) has no message for this; try another --protocols")
    }
    if let refused = try perform(messages).first { throw refusal(refused.error) }
  }

  /// Commits a bundle. Returns the reply, unless the switch refuses it, and the errors that came before.
  mutating func commit(
    _ request: any MessagePayload
  ) throws(OfctlError) -> (reply: OpenFlowFrame?, errors: [OpenFlowFrame]) {
    let xid = nextXID()
    for message in request.messages(version: version, xid: xid) { try send(message) }
    var errors: [OpenFlowFrame] = []
    while true {
      restartDeadline()
      let frame = try receive()
      if frame.header.isError { errors.append(frame) }
      if frame.header.xid == xid { return (frame.header.isError ? nil : frame, errors) }
    }
  }

  /// What an error message means, in words.
  func refusal(_ frame: OpenFlowFrame, to subject: String? = nil) -> OfctlError {
    OfctlError("\(subject ?? name): \(Refusal.text(frame))")
  }
}

extension OpenFlowFrame {
  /// Whether more messages of the same reply follow.
  fileprivate var hasMore: Bool {
    let isReply = header.type == (header.version == OpenFlowVersion.v10.rawValue ? 17 : 19)
    return isReply && bytes.count >= 12 && bytes[11] & 1 != 0
  }
}

extension [UInt8] {
  /// The number of the message that these bytes are.
  var xid: UInt32 { count < 8 ? 0 : self[4..<8].reduce(0) { $0 << 8 | UInt32($1) } }
}
