public import NIOCore
import NIOPosix

/// A Unix socket of one bridge: `BR.mgmt`, on which tools and controllers speak OpenFlow to it, or `BR.snoop`, where
/// tools see what its controllers say and hear.
public final class OpenFlowListener {
  public enum Purpose: Sendable {
    case requests, snoop
  }

  private let channel: any Channel

  private init(channel: any Channel) { self.channel = channel }

  /// Opens the socket at `path`, replacing one that nobody listens on any more.
  ///
  /// - Parameter eventLoop: the control thread's; called on it.
  public static func open(
    path: String, for purpose: Purpose = .requests, agent: OpenFlowAgent, on eventLoop: any EventLoop
  ) -> EventLoopFuture<OpenFlowListener> {
    let bound = NIOLoopBound(agent, eventLoop: eventLoop)
    let watermark = ChannelOptions.Types.WriteBufferWaterMark(
      low: OpenFlowConnection.outboundLimit / 4, high: OpenFlowConnection.outboundLimit)
    return ServerBootstrap(group: eventLoop)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.writeBufferWaterMark, value: watermark)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          switch purpose {
          case .requests:
            try channel.pipeline.syncOperations.addHandler(OpenFlowConnection(agent: bound.value))
          case .snoop: try channel.pipeline.syncOperations.addHandler(SnoopConnection(agent: bound.value))
          }
        }
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
      .map { channel in
        NIOLoopBound(OpenFlowListener(channel: channel), eventLoop: eventLoop)
      }
      .map(\.value)
  }

  /// Closes the socket; connections are closed by `OpenFlowAgent.close`.
  public func close() { channel.close(promise: nil) }
}
