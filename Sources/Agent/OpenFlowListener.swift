public import NIOCore
import NIOPosix

/// The Unix socket of one bridge, `BR.mgmt`, on which tools and controllers speak OpenFlow to it.
public final class OpenFlowListener {
  private let channel: any Channel
  private let agent: OpenFlowAgent

  private init(channel: any Channel, agent: OpenFlowAgent) {
    self.channel = channel
    self.agent = agent
  }

  /// Opens the socket at `path`, replacing one that nobody listens on any more.
  ///
  /// - Parameter eventLoop: the control thread's; called on it.
  public static func open(
    path: String, agent: OpenFlowAgent, on eventLoop: any EventLoop
  ) -> EventLoopFuture<OpenFlowListener> {
    let bound = NIOLoopBound(agent, eventLoop: eventLoop)
    let watermark = ChannelOptions.Types.WriteBufferWaterMark(
      low: OpenFlowConnection.outboundLimit / 4, high: OpenFlowConnection.outboundLimit)
    return ServerBootstrap(group: eventLoop)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.writeBufferWaterMark, value: watermark)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(OpenFlowConnection(agent: bound.value))
        }
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
      .map { channel in
        NIOLoopBound(OpenFlowListener(channel: channel, agent: bound.value), eventLoop: eventLoop)
      }
      .map(\.value)
  }

  /// Closes the socket and all its connections.
  public func close() {
    channel.close(promise: nil)
    agent.close()
  }
}
