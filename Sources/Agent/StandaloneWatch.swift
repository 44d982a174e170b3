import NIOCore

/// Says when a standalone bridge forwards by itself: when it has had no controller for long enough, until one is
/// back.
final class StandaloneWatch {
  private let loop: any EventLoop
  private let onChange: (Bool) -> Void
  private var lostSince: NIODeadline?
  private var timer: Scheduled<Void>?
  private(set) var isActive = false

  init(loop: any EventLoop, onChange: @escaping (Bool) -> Void) {
    self.loop = loop
    self.onChange = onChange
  }

  /// - Parameters:
  ///   - isAllowed: whether the bridge is standalone and has controllers to lose.
  ///   - patience: for how long it may have none.
  func note(isAllowed: Bool, isConnected: Bool, patience: TimeAmount) {
    timer?.cancel()
    timer = nil
    guard isAllowed, !isConnected else {
      lostSince = nil
      return set(false)
    }
    let start = lostSince ?? loop.now
    lostSince = start
    let end = start + patience
    guard end > loop.now else { return set(true) }
    set(false)
    timer = loop.assumeIsolated().scheduleTask(deadline: end) { [weak self] in self?.set(true) }
  }

  func stop() {
    timer?.cancel()
    timer = nil
  }

  private func set(_ value: Bool) {
    guard isActive != value else { return }
    isActive = value
    onChange(value)
  }
}
