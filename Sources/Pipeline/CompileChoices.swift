import Actions
import Match

/// The programs of actions that choose a queue or a link, or compare lengths.
extension RuleCompiler {
  static func appendChoice(_ action: Action, to program: inout [RuleOp]) {
    switch action {
    case .enqueue(let port, let queue):
      if let priority = QueuePriority.priority(of: queue) {
        program.append(.enqueue(port: port.rawValue, priority: priority))
      } else {
        program.append(output(port, maximumLength: 0))
      }
    case .setQueue(let queue):
      if let priority = QueuePriority.priority(of: queue) { program.append(priorityOp(priority)) }
    case .popQueue: program.append(priorityOp(0))
    case .multipath(let body):
      program.append(
        .multipath(
          body.hash, basis: body.basis, body.algorithm, lastLink: body.lastLink, argument: body.argument))
      appendDistribution(to: body.target, &program)
    case .bundle(let body):
      program.append(
        .bundle(
          body.algorithm, body.hash, basis: body.basis, count: UInt16(body.members.count),
          isLoaded: body.target != nil))
      program += body.members.map { .member($0.rawValue) }
      if let target = body.target { appendDistribution(to: target, &program) }
    case .checkPacketLarger(let body):
      program.append(.compareLength(body.length))
      appendDistribution(to: body.target, &program)
    default: break
    }
  }

  /// The priority of all outputs that follow.
  private static func priorityOp(_ priority: UInt32) -> RuleOp {
    .set(value: UInt64(priority), mask: 0xffff_ffff, word: UInt8(FlowKey.Word.packetMark))
  }
}
