import Match
import OpenFlow

/// What requests about queues are answered with: no port has any.
extension OpenFlowConnection {
  func queueStatistics(_ request: QueueRequest) throws(OpenFlowError) -> SwitchMessage {
    try check(request)
    return .queueStatistics([])
  }

  func queueConfigs(
    _ request: QueueRequest, version: OpenFlowVersion
  ) throws(OpenFlowError) -> SwitchMessage {
    // 1.0 has no way to ask for the queues of all ports.
    guard version > .v10 || request.port != .none else { throw OpenFlowError(.queueBadPort) }
    try check(request)
    return .queueConfig(QueueConfigReply(port: request.port, queues: []))
  }

  private func check(_ request: QueueRequest) throws(OpenFlowError) {
    if request.port != .none { _ = try port(request.port, else: .queueBadPort) }
    guard request.queue == nil else { throw OpenFlowError(.queueBadQueue) }
  }
}
