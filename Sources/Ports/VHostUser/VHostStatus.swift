import Sys
import Synchronization

/// What the control thread is told of a device: written by the service's thread.
final class VHostStatus: Sendable {
  struct Content {
    var condition: PortCondition
    /// Of `MonotonicClock`.
    var since: UInt64
    var offloads: PortOffloads = []
    var facts: [String: String] = [:]
    var onChange: @Sendable () -> Void = {}
  }

  private let content: Mutex<Content>

  init(_ condition: PortCondition) {
    content = Mutex(Content(condition: condition, since: MonotonicClock.nanoseconds))
  }

  var now: Content { content.withLock { $0 } }

  func onChange(_ body: @escaping @Sendable () -> Void) { content.withLock { $0.onChange = body } }

  /// Tells whoever wants to know if something has changed.
  func update(_ condition: PortCondition, offloads: PortOffloads, facts: [String: String]) {
    let tell: (@Sendable () -> Void)? = content.withLock { content in
      content.facts = facts
      guard content.condition != condition || content.offloads != offloads else { return nil }
      if content.condition != condition { content.since = MonotonicClock.nanoseconds }
      content.condition = condition
      content.offloads = offloads
      return content.onChange
    }
    tell?()
  }
}
