public import NIOCore
import NIOPosix
import Sys

/// A Unix socket of one bridge: `BR.mgmt`, on which tools and controllers speak OpenFlow to it, or `BR.snoop`, where
/// tools see what its controllers say and hear.
public final class OpenFlowListener {
  public enum Purpose: Sendable {
    case requests, snoop
  }

  private let channel: any Channel

  private init(channel: any Channel) { self.channel = channel }

  /// Opens the socket at `path`, for root and the group that the daemon runs as, in place of one that is left there.
  /// When it returns, others can connect; they are answered from when the future is done.
  ///
  /// - Parameter eventLoop: the control thread's; called on it.
  public static func open(
    path: String, for purpose: Purpose = .requests, agent: OpenFlowAgent, on eventLoop: any EventLoop
  ) -> EventLoopFuture<OpenFlowListener> {
    let descriptor: CInt
    do throws(SysError) {
      descriptor = try UnixSocket.bound(
        .stream, to: UnixAddress(path), owner: nil, permissions: 0o660, backlog: 128
      ).release()
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
    let bound = NIOLoopBound(agent, eventLoop: eventLoop)
    let watermark = ChannelOptions.Types.WriteBufferWaterMark(
      low: OpenFlowConnection.outboundLimit / 4, high: OpenFlowConnection.outboundLimit)
    return ServerBootstrap(group: eventLoop)
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
      .withBoundSocket(descriptor)
      .map { channel in
        NIOLoopBound(OpenFlowListener(channel: channel), eventLoop: eventLoop)
      }
      .map(\.value)
  }

  /// Closes the socket; connections are closed by `OpenFlowAgent.close`.
  public func close() { channel.close(promise: nil) }
}
