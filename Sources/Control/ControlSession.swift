import Agent
import ControlProtocol
import Datapath
import Logging
import NIOCore
import NIOPosix
import Sys

/// All that lives on the control thread from the daemon's start to its end.
final class ControlSession {
  private let directory: RunDirectory
  private let logger: Logger
  private let loop: any EventLoop
  private let running: RunningSwitch
  private let service: ManagementService
  private let openFlow: OpenFlowSockets
  private let ipfix: IPFIXExports
  private let links: LinkWatch
  private let descriptors: DescriptorSocket
  private var linkThread: Thread?
  private var ticker: RepeatedTask?
  private var listener: (any Channel)?

  /// - Parameter onEnd: called when a client asked the daemon to end.
  init(
    directory: RunDirectory, logger: Logger, loop: any EventLoop, settings: WorkerSettings,
    onEnd: @escaping () -> Void
  ) throws {
    self.directory = directory
    self.logger = logger
    self.loop = loop
    // The worker and the link thread know the control thread only by this.
    let target = NIOLoopBoundBox<RunningSwitch?>(nil, eventLoop: loop)
    let sockets = NIOLoopBoundBox<OpenFlowSockets?>(nil, eventLoop: loop)
    let exports = NIOLoopBoundBox<IPFIXExports?>(nil, eventLoop: loop)
    let live = NIOLoopBoundBox<LiveTraces?>(nil, eventLoop: loop)
    let events = Switch.Events(
      onPortFailure: { loop.execute { target.value?.noteFailures() } },
      onPacketIn: { loop.execute { sockets.value?.deliverPacketIns() } },
      onWatchedFrame: { loop.execute { live.value?.deliver() } },
      onLearn: { loop.execute { target.value?.serveLearning() } },
      onConnectionEnd: { loop.execute { target.value?.shortenTimeouts() } },
      onSample: { loop.execute { exports.value?.deliver() } })
    running = RunningSwitch(try Switch(events: events, settings: settings), directory: directory.path)
    let traces = LiveTraces(running.datapath)
    live.value = traces
    let plane = ControlPlane(running: running)
    descriptors = try DescriptorSocket(path: directory.descriptorSocket)
    plane.claimDescriptors = { [unowned descriptors] in descriptors.claim($0) }
    service = ManagementService(plane: plane, logger: logger, traces: traces, onEnd: onEnd)
    openFlow = OpenFlowSockets(
      directory: directory, logger: logger, loop: loop, running: running,
      // A controller asks for ports that are there, so nothing is refused.
      changes: .init(
        setFlags: { [unowned plane] in try? plane.setFlags($1, ofPort: $0.name) },
        setMiss: { [unowned plane] in try? plane.setMiss($2, ofTables: $1, ofBridge: $0.name) },
        setFragments: { [unowned plane] in try? plane.setFragments($1, ofBridge: $0.name) }))
    sockets.value = openFlow
    ipfix = IPFIXExports(running: running, loop: loop)
    exports.value = ipfix
    links = try LinkWatch()
    target.value = running
    linkThread = try links.start(onProcessEnd: { loop.execute { target.value?.noteOwners() } }) { names in
      loop.execute { target.value?.refresh(names) }
    }
    running.hooks.onOwner = { [unowned links] in try? links.processes.add($0) }
    let planes = NIOLoopBound(plane, eventLoop: loop)
    running.hooks.onFarewell = {
      // Not within the change that made the port one of these.
      loop.execute {
        for (name, bridge, reason) in planes.value.removeFarewells() {
          logger.notice(
            "ephemeral port deleted",
            metadata: ["name": "\(name)", "bridge": "\(bridge)", "reason": "\(reason)"])
        }
      }
    }
    running.hooks.onStateChange = { name, state in
      logger.info("port", metadata: ["name": "\(name)", "state": "\(state)"])
    }
    running.hooks.onDescriptionChange = { sockets.value?.notePorts() }
    let heap = NIOLoopBound(HeapTrimmer(), eventLoop: loop)
    let door = NIOLoopBound(descriptors, eventLoop: loop)
    ticker = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
      target.value?.tick()
      exports.value?.tick()
      door.value.tick()
      heap.value.trim()
    }
  }

  /// Opens the management socket, for root and the group that it runs as.
  func listen() -> EventLoopFuture<Void> {
    let service = NIOLoopBound(service, eventLoop: loop)
    let bootstrap = ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 128)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ManagementConnection(service: service.value))
        }
      }
    let path = directory.managementSocket
    return bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).assumeIsolated()
      .flatMapThrowing { [self] channel in
        listener = channel
        try ProcessSettings.setPermissions(0o660, of: path)
      }.nonisolated()
  }

  /// Closes the sockets, the devices and the switch.
  func stop() -> EventLoopFuture<Void> {
    ticker?.cancel()
    links.stop()
    linkThread.take()?.join()
    service.closeAll()
    openFlow.closeAll()
    ipfix.closeAll()
    running.stop()
    let closed = listener?.close() ?? loop.makeSucceededVoidFuture()
    return closed.flatMapErrorThrowing { _ in }
  }
}
