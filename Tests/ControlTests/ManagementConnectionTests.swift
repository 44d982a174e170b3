import ControlProtocol
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Control

@Suite struct ManagementConnectionTests {
  private let service = ManagementService(
    plane: ControlPlane(running: nil),
    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    onEnd: {})

  private func connect() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: ManagementConnection(service: service))
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    return channel
  }

  private func send(_ text: some Collection<UInt8>, to channel: EmbeddedChannel) throws {
    try channel.writeInbound(ByteBuffer(bytes: text))
    channel.embeddedEventLoop.run()
  }

  /// All that the channel has sent since the last call.
  private func output(of channel: EmbeddedChannel) throws -> String {
    var text = ""
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
    return text
  }

  private static let requests =
    #"{"id":1,"method":"add-br","params":["b"]}{"id":2,"method":"list-br","params":[]}"#
  private static let replies = #"{"error":null,"id":1,"result":""}{"error":null,"id":2,"result":"b\n"}"#

  @Test func answersInOrderHoweverTheRequestsArrive() throws {
    let bytes = Array(Self.requests.utf8)
    for cut in 0...bytes.count {
      let test = ManagementConnectionTests()
      let channel = try test.connect()
      try test.send(bytes[..<cut], to: channel)
      try test.send(bytes[cut...], to: channel)
      let found = try test.output(of: channel)
      if found != Self.replies { Issue.record("cut at \(cut): \(found)") }
      _ = try channel.finish()
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n", "a request is a JSON object; byte 0x47 starts none"),
    (String(repeating: "[", count: 100), "the message is nested deeper than 64 levels"),
  ])
  func explainsGarbageAndCloses(text: String, message: String) throws {
    let channel = try connect()
    try send(Array(text.utf8), to: channel)
    #expect(try output(of: channel) == #"{"error":"\#(message)\n","id":null,"result":null}"#)
    #expect(!channel.isActive)
  }

  @Test func goesOnAfterARequestThatIsNone() throws {
    let channel = try connect()
    try send(Array(#"{"id":1}{"id":2,"method":"list-br","params":[]}"#.utf8), to: channel)
    let text = try output(of: channel)
    #expect(text.hasPrefix(#"{"error":"a request is"#))
    #expect(text.hasSuffix(#"{"error":null,"id":2,"result":""}"#))
    _ = try channel.finish()
  }

  @Test func waitsForAClientThatDoesNotRead() throws {
    let channel = try connect()
    channel.isWritable = false
    try send(Array(Self.requests.utf8), to: channel)
    #expect(try output(of: channel) == "")
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
    #expect(try output(of: channel) == Self.replies)
    _ = try channel.finish()
  }

  @Test func answersAClientThatHasClosedItsSide() throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(string: Self.requests))
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.embeddedEventLoop.run()
    #expect(try output(of: channel) == Self.replies)
    #expect(!channel.isActive)
  }

  @Test func closesTheQuietestOfTooMany() throws {
    var channels: [EmbeddedChannel] = []
    for _ in 0..<ManagementService.maximumConnections { channels.append(try connect()) }
    try send(Array(Self.requests.utf8), to: channels[0])
    channels.append(try connect())
    #expect(channels.filter { !$0.isActive }.count == 1)
    #expect(!channels[1].isActive)
    for channel in channels where channel.isActive { _ = try channel.finish(acceptAlreadyClosed: true) }
  }
}
