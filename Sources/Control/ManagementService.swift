import ControlProtocol
import Logging
import NIOCore

/// What the connections of the management socket share. Used on the control thread.
final class ManagementService {
  /// Connections at most; when one more comes, the one that has been quiet longest is closed.
  static var maximumConnections: Int { 1_024 }
  /// Bytes of requests and replies in memory, of all connections together.
  static var maximumBytes: Int { 1 << 30 }

  let plane: ControlPlane
  let logger: Logger
  private let onEnd: () -> Void
  private var connections: [ObjectIdentifier: ManagementConnection] = [:]
  private var bytes = 0
  private var clock: UInt64 = 0

  /// - Parameter onEnd: called when a client asked the daemon to end, after it got its answer.
  init(plane: ControlPlane, logger: Logger, onEnd: @escaping () -> Void) {
    self.plane = plane
    self.logger = logger
    self.onEnd = onEnd
  }

  func add(_ connection: ManagementConnection) {
    if connections.count >= Self.maximumConnections {
      let quietest = connections.values.min { $0.lastActivity < $1.lastActivity }
      logger.warning("too many connections: the quietest one is closed")
      quietest?.close()
    }
    connections[ObjectIdentifier(connection)] = connection
  }

  func remove(_ connection: ManagementConnection) { connections[ObjectIdentifier(connection)] = nil }

  func closeAll() {
    for connection in connections.values { connection.close() }
  }

  /// A number that grows with each call: the order of events.
  func nextInstant() -> UInt64 {
    clock += 1
    return clock
  }

  /// Takes `count` bytes of the common memory; `false` when they are not there.
  func reserve(_ count: Int) -> Bool {
    guard bytes + count <= Self.maximumBytes else { return false }
    bytes += count
    return true
  }

  func release(_ count: Int) { bytes -= count }

  func answer(_ text: [UInt8]) -> Reply {
    do {
      let request = try Request(decoding: text)
      let reply = plane.answer(request)
      if case .string(let message) = reply.error {
        logger.debug("refused", metadata: ["method": "\(request.method)", "error": "\(message)"])
      }
      return reply
    } catch {
      return Reply(id: .null, error: "\(error)\n")
    }
  }

  func endIfAsked() {
    if plane.isEnding { onEnd() }
  }
}
