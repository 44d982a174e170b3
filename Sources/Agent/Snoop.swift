import Match
import NIOCore
import OpenFlow

/// Copies of all messages on the connections of configured controllers, both ways, for `ovs-ofctl snoop`.
///
/// Who does not read gets no further copies until it does; nothing else waits for it.
final class Snoop {
  static var maximumConnections: Int { 16 }

  private var connections = ConnectionSet<SnoopConnection>(limit: maximumConnections)
  /// Whether anybody looks: nothing is copied otherwise.
  private(set) var isWatched = false

  func add(_ connection: SnoopConnection) {
    connections.add(connection)?.close()
    isWatched = true
  }

  func remove(_ connection: SnoopConnection) {
    connections.remove(connection)
    isWatched = connections.count > 0
  }

  func copy(_ message: [UInt8]) {
    guard isWatched else { return }
    for connection in connections.all { connection.send(message) }
  }

  func closeAll() {
    for connection in connections.all { connection.close() }
  }
}

/// Somebody who looks: a connection on the socket `BR.snoop`. It gets a hello and then copies only.
final class SnoopConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let agent: OpenFlowAgent
  private var context: ChannelHandlerContext?
  private var splitter = OpenFlowFrameSplitter()
  /// Whether the peer has said hello: it takes nothing before.
  private var isReady = false

  init(agent: OpenFlowAgent) { self.agent = agent }

  func close() { context?.close(promise: nil) }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    guard !agent.isClosed else { return close() }
    agent.snoop.add(self)
    let hello = Hello(versions: agent.versions).encode(xid: 0)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: hello)), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    agent.snoop.remove(self)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    splitter.append(unwrapInboundIn(data).readableBytesView)
    do {
      while let frame = try splitter.next() { isReady = isReady || frame.header.isHello }
    } catch {
      close()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  func send(_ message: [UInt8]) {
    guard isReady, let context, context.channel.isWritable else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: message)), promise: nil)
  }
}
