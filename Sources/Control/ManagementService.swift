import Agent
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
  private let traces: LiveTraces?
  private let onEnd: () -> Void
  private var connections = ConnectionSet<ManagementConnection>(limit: maximumConnections)
  private var bytes = 0

  /// - Parameter onEnd: called when a client asked the daemon to end, after it got its answer.
  init(plane: ControlPlane, logger: Logger, traces: LiveTraces? = nil, onEnd: @escaping () -> Void) {
    self.plane = plane
    self.traces = traces
    self.logger = logger
    self.onEnd = onEnd
  }

  func add(_ connection: ManagementConnection) {
    guard let quietest = connections.add(connection) else { return }
    logger.warning("too many connections: the quietest one is closed")
    quietest.close()
  }

  func remove(_ connection: ManagementConnection) { connections.remove(connection) }
  func hear(from connection: ManagementConnection) { connections.hear(from: connection) }

  func closeAll() {
    for connection in connections.all { connection.close() }
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

  // MARK: Live traces

  /// The live trace that `text` asks for; `nil` when it asks for something else.
  func liveTrace(in text: [UInt8]) throws(MessageError) -> (id: JSONValue, request: LiveTraceRequest)? {
    guard let request = try? Request(decoding: text), request.method == LiveTraceRequest.method else {
      return nil
    }
    return (request.id, try LiveTraceRequest(params: request.params))
  }

  func begin(
    _ request: LiveTraceRequest, show: @escaping (String) -> Bool, onEnd: @escaping (String) -> Void
  ) throws(CommandError) -> UInt64 {
    guard let traces else { throw CommandError("trace --live: no switch runs") }
    return try traces.begin(request, show: show, onEnd: onEnd)
  }

  func stopTrace(_ id: UInt64) -> String { traces?.stop(id) ?? "" }

  func endIfAsked() {
    if plane.isEnding { onEnd() }
  }
}
