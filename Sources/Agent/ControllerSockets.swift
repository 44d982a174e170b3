import NIOCore
import NIOPosix
import NIOSSL

/// Makes the sockets of controllers' connections.
struct ControllerSockets {
  let loop: any EventLoop
  let tls: TLSContexts

  private static var watermark: ChannelOptions.Types.WriteBufferWaterMark {
    .init(low: OpenFlowConnection.outboundLimit / 4, high: OpenFlowConnection.outboundLimit)
  }

  /// Connects; `handlers` are put into the pipeline, behind TLS if the target says so.
  func connect(
    to specification: ControllerSpecification, timeout: TimeAmount, handlers: [any ChannelHandler]
  ) -> EventLoopFuture<any Channel> {
    var all = handlers
    if specification.target.method.isEncrypted {
      do throws(TLSFault) {
        all.insert(try tls.makeClientHandler(), at: 0)
      } catch {
        return loop.makeFailedFuture(error)
      }
    }
    let bound = NIOLoopBound(all, eventLoop: loop)
    var bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(timeout)
      .channelOption(.writeBufferWaterMark, value: Self.watermark)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(bound.value)
        }
      }
    for option in Self.options(of: specification) {
      bootstrap = bootstrap.channelOption(option.option, value: option.value)
    }
    return bootstrap.connect(to: specification.target.address)
  }

  /// Listens; each connection gets the handlers that `accept` returns.
  func listen(
    at specification: ControllerSpecification, accept: @escaping PassiveController.Acceptor
  ) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound((accept: accept, tls: tls), eventLoop: loop)
    let isEncrypted = specification.target.method.isEncrypted
    var bootstrap = ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.writeBufferWaterMark, value: Self.watermark)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if isEncrypted {
            try channel.pipeline.syncOperations.addHandler(bound.value.tls.makeServerHandler())
          }
          try channel.pipeline.syncOperations.addHandlers(bound.value.accept())
        }
      }
    for option in Self.options(of: specification) {
      bootstrap = bootstrap.childChannelOption(option.option, value: option.value)
    }
    let target = specification.target
    guard target.method == .punix, let path = target.address.pathname else {
      return bootstrap.bind(to: target.address)
    }
    return bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
  }

  private typealias Option = (option: ChannelOptions.Types.SocketOption, value: SocketOptionValue)

  /// No delay, and the class of service: RFC 791 and 2474, RFC 3542 section 6.5.
  private static func options(of specification: ControllerSpecification) -> [Option] {
    let trafficClass = SocketOptionValue(specification.codePoint << 2)
    let serviceOption: Option
    switch specification.target.address {
    case .v4: serviceOption = (.init(level: .ip, name: .init(rawValue: 1)), trafficClass)
    case .v6: serviceOption = (.init(level: .ipv6, name: .init(rawValue: 67)), trafficClass)
    case .unixDomainSocket: return []
    }
    return [(.init(level: .tcp, name: .tcp_nodelay), 1), serviceOption]
  }
}
