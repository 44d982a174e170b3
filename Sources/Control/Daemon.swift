public import ControlProtocol
public import Logging
public import Datapath
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Sys

/// The daemon: one control thread with the management socket, and the switch that follows it.
public struct Daemon: Service {
  private let directory: RunDirectory
  private let logger: Logger
  private let settings: WorkerSettings

  public init(directory: RunDirectory, logger: Logger, settings: WorkerSettings = WorkerSettings()) {
    self.settings = settings
    self.directory = directory
    self.logger = logger
  }

  /// Runs until it is asked to end, by a signal or by a client, and takes the switch down.
  public func run() async throws {
    ProcessSettings.raiseFileLimit()
    ProcessSettings.ignoreBrokenPipes()
    // Nothing for others, until a socket has the permissions that it is to have.
    ProcessSettings.setFileMask(0o007)
    let lock = try lockRunDirectory()
    // What a daemon that was killed has left: nobody listens there.
    ProcessSettings.removeFiles(in: directory.path, suffix: RunDirectory.openFlowSuffix)
    ProcessSettings.removeFiles(in: directory.path, suffix: RunDirectory.snoopSuffix)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let ended = loop.makePromise(of: Void.self)
    let (directory, logger, settings) = (directory, logger, settings)
    let session = try await loop.submit {
      NIOLoopBound(
        try ControlSession(
          directory: directory, logger: logger, loop: loop, settings: settings, onEnd: { ended.succeed() }),
        eventLoop: loop)
    }.get()
    try await loop.flatSubmit { session.value.listen() }.get()
    logger.notice("listening", metadata: ["socket": "\(directory.managementSocket)"])
    try await withGracefulShutdownHandler {
      try await ended.futureResult.get()
    } onGracefulShutdown: {
      ended.succeed()
    }
    try await loop.flatSubmit { session.value.stop() }.get()
    try await group.shutdownGracefully()
    ProcessSettings.removeFile(directory.managementSocket)
    extendLifetime(lock)
    logger.notice("ended")
  }

  /// Makes sure that no other daemon serves the directory. One that was killed left sockets, but no lock.
  private func lockRunDirectory() throws -> LockFile {
    guard directory.hasRoomForSockets else { throw DaemonError.pathTooLong(directory.path) }
    try ProcessSettings.makeDirectory(directory.path, permissions: 0o750)
    do throws(SysError) {
      let lock = try LockFile(path: directory.pidFile)
      // Somebody may have removed the file of a daemon that lives.
      if (try? Client(path: directory.managementSocket, timeoutSeconds: 1)) != nil {
        throw SysError(call: "flock", subject: directory.managementSocket, errno: LockFile.heldErrno)
      }
      return lock
    } catch {
      guard LockFile.isHeld(error) else { throw error }
      throw DaemonError.alreadyRunning(directory.path)
    }
  }
}

/// Why the daemon did not start.
public enum DaemonError: Error, CustomStringConvertible {
  case alreadyRunning(String)
  case pathTooLong(String)

  public var description: String {
    switch self {
    case .alreadyRunning(let path): "another apusd serves \(path); --run-dir=DIRECTORY chooses another place"
    case .pathTooLong(let path):
      "\(path): too long; a run directory has at most \(RunDirectory.maximumByteCount) bytes, as a socket's path has 107"
    }
  }
}
