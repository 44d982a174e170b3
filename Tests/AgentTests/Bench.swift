import Bytes
import Datapath
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline
import SwitchKit

@testable import Agent

/// A bridge with two ports, 1 and 2, whose far ends the test holds, and its OpenFlow agent.
final class Bench {
  let network: TestSwitch
  let bridge: Bridge
  let agent: OpenFlowAgent
  let first: TestSwitch.Attachment
  let second: TestSwitch.Attachment

  init(versions: [OpenFlowVersion] = OpenFlowVersion.allCases) throws {
    network = try TestSwitch()
    bridge = try network.addBridge(failMode: .secure)
    first = try network.addPort(1, to: bridge)
    second = try network.addPort(2, to: bridge)
    agent = OpenFlowAgent(
      bridge: bridge, packetIns: network.core.packetIns, software: "Apus test", versions: versions,
      changes: OpenFlowAgent.Changes(
        setFlags: { $0.settings.flags = $1 },
        setMiss: { for table in $1 { $0.settings.tableMisses[table] = $2 } },
        setFragments: { $0.settings.fragments = $1 }))
  }

  /// A connection that has not said anything yet.
  func connect() throws -> Controller { try Controller(self) }

  /// A connection on which both hellos have passed.
  func connect(_ version: OpenFlowVersion) throws -> Controller {
    let controller = try connect()
    try controller.send([Message.hello(version)])
    _ = try controller.receive()
    controller.version = version
    return controller
  }

  /// A connection that wants asynchronous messages, and this much of frames that no rule matches.
  func listen(_ version: OpenFlowVersion, missSendLength: UInt16 = 0xffff) throws -> Controller {
    let controller = try connect(version)
    try controller.send([Message.setConfig(version, missSendLength: missSendLength)])
    return controller
  }

  /// Does what the daemon does when frames wait for controllers.
  func deliverPacketIns() {
    for packetIn in network.core.packetIns.takeAll() { agent.tell(packetIn) }
  }
}

/// The far end of a connection.
final class Controller {
  let channel: EmbeddedChannel
  let connection: OpenFlowConnection
  var version = OpenFlowVersion.v13
  private let bench: Bench
  private var splitter = OpenFlowFrameSplitter()

  init(_ bench: Bench) throws {
    self.bench = bench
    connection = OpenFlowConnection(agent: bench.agent)
    channel = EmbeddedChannel(handler: connection)
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
  }

  deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

  var isOpen: Bool { channel.isActive }

  /// Whether the connection is read from: what was asked of the channel last.
  var isRead: Bool {
    channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool ?? true
  }

  /// Sends messages, so that they arrive in one read.
  func send(_ messages: [[UInt8]]) throws {
    guard channel.isActive else { return }
    try channel.writeInbound(ByteBuffer(bytes: messages.flatMap { $0 }))
    channel.embeddedEventLoop.run()
  }

  /// All messages since the last call.
  func receive() throws -> [OpenFlowFrame] {
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      splitter.append(buffer.readableBytesView)
    }
    var frames: [OpenFlowFrame] = []
    while let frame = try splitter.next() { frames.append(frame) }
    return frames
  }

  /// Sends and returns what comes back.
  func ask(_ messages: [UInt8]...) throws -> [OpenFlowFrame] {
    try send(messages)
    return try receive()
  }

  /// Whether the peer takes what it is sent.
  func setReads(_ reads: Bool) {
    channel.isWritable = reads
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
  }
}

extension OpenFlowFrame {
  /// What an error message says; `nil` for other messages.
  func error(_ version: OpenFlowVersion) -> OpenFlowErrorCode? {
    guard case .error(let message)? = try? OpenFlowRequest.decode(self, version: version) else { return nil }
    return message.code(in: version)
  }

  /// The message, of whatever version.
  var fromSwitch: SwitchMessage? { try? SwitchMessage.decode(self) }

  var packetIn: PacketInMessage? {
    if case .packetIn(let message)? = fromSwitch { message } else { nil }
  }

  /// The bytes that an error message quotes.
  func quoted(_ version: OpenFlowVersion) -> [UInt8]? {
    guard case .error(let message)? = try? OpenFlowRequest.decode(self, version: version) else { return nil }
    return message.data
  }

  /// The big-endian integer at `offset` from the message's start.
  func integer<T: FixedWidthInteger>(at offset: Int, as _: T.Type = T.self) -> T? {
    var reader = ByteReader(bytes.dropFirst(offset))
    return try? reader.read()
  }
}

/// Messages that arrive in one read.
func bufferOf(_ messages: [[UInt8]]) -> ByteBuffer { ByteBuffer(bytes: messages.flatMap { $0 }) }
