/// How the far end of a port is that comes and goes by itself.
public enum PortCondition: Hashable, Sendable {
  case up
  /// What it waits for.
  case waiting(String)
  /// It was there before; why it is not now.
  case gone(String)
  /// It is there, but is not served any more until it starts anew; why.
  case stopped(String)
}

/// A port that stays open while its far end comes and goes.
public protocol ConditionedPort: Port {
  var condition: PortCondition { get }

  /// Has `body` called, on any thread, whenever `condition` or `offloads` may be another. Called once, by the control thread.
  func onChange(_ body: @escaping @Sendable () -> Void)
}
