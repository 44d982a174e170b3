import Datapath
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline

@testable import Agent

/// A bridge whose controllers are in the test, and a clock that the test moves.
final class ControllerBench {
  let bench: Bench
  let loop = EmbeddedEventLoop()
  private(set) var set: ControllerSet!
  /// When attempts to connect were made, in milliseconds.
  private(set) var attempts: [Int64] = []
  /// What attempts fail with; `nil` when they succeed.
  var fault: (any Error)?
  /// The far end of the newest connection.
  private(set) var peer: Peer?
  private(set) var events: [String] = []

  init(failMode: BridgeSettings.FailMode = .secure) throws {
    bench = try Bench()
    bench.bridge.settings.failMode = failMode
    set = ControllerSet(
      agent: bench.agent, loop: loop,
      connector: { [unowned self] _, _, handlers in connect(handlers) },
      listener: { [loop] _, _ in loop.makeFailedFuture(ChannelError.operationUnsupported) },
      onEvent: { [unowned self] in events.append("\($0)") })
  }

  deinit { set.close() }

  private func connect(_ handlers: [any ChannelHandler]) -> EventLoopFuture<any Channel> {
    attempts.append(now)
    if let fault { return loop.makeFailedFuture(fault) }
    let channel = EmbeddedChannel(handlers: handlers, loop: loop)
    peer = Peer(channel)
    guard let address = try? SocketAddress(unixDomainSocketPath: "/x") else {
      return loop.makeFailedFuture(ChannelError.unknownLocalAddress)
    }
    channel.connect(to: address, promise: nil)
    return loop.makeSucceededFuture(channel)
  }

  /// Milliseconds since the start.
  var now: Int64 { Int64(loop.now.uptimeNanoseconds / 1_000_000) }

  func advance(milliseconds: Int64) { loop.advanceTime(by: .milliseconds(milliseconds)) }

  /// Makes `tcp:192.0.2.1` the one controller, as `change` says.
  @discardableResult
  func configure(
    _ text: String = "tcp:192.0.2.1", kind: ControllerSpecification.Kind? = nil,
    _ change: (inout ControllerSpecification) -> Void = { _ in }
  ) throws -> ControllerTarget {
    let target = try ControllerTarget(text)
    var specification = ControllerSpecification(target, kind: kind)
    change(&specification)
    set.configure([specification], failMode: bench.bridge.settings.failMode)
    return target
  }

  /// Says hello on the newest connection.
  func greet(_ version: OpenFlowVersion = .v13) throws {
    try peer?.send([Message.hello(version)])
    _ = try peer?.receive()
  }
}

/// A controller that the switch connected to.
final class Peer {
  let channel: EmbeddedChannel
  private var splitter = OpenFlowFrameSplitter()

  init(_ channel: EmbeddedChannel) { self.channel = channel }

  deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

  var isOpen: Bool { channel.isActive }

  func send(_ messages: [[UInt8]]) throws { try channel.writeInbound(bufferOf(messages)) }

  func receive() throws -> [OpenFlowFrame] {
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      splitter.append(buffer.readableBytesView)
    }
    var frames: [OpenFlowFrame] = []
    while let frame = try splitter.next() { frames.append(frame) }
    return frames
  }
}
