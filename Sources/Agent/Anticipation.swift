import NIOCore

/// Stays awake for a moment when a peer sends one request after the other, each when it has the answer to the one
/// before, as `ovs-ofctl add-flows` does: waking up costs more than the request.
///
/// Only within a run of such requests, and only while it pays: a wait in vain, for instance because the peer has
/// to share the processor with this thread, ends the anticipation for the next requests.
final class Anticipation {
  /// Requests that must have come quickly before the first wait.
  private static var runLength: Int { 16 }
  /// Requests without a wait after one that was in vain.
  private static var penalty: Int { 256 }
  /// A quick request comes within this time of the one before.
  private static var quick: TimeAmount { .microseconds(500) }
  private static var patience: TimeAmount { .microseconds(50) }

  /// Quick requests in a row; negative after a wait in vain.
  private var run = 0
  private var lastRequest = NIODeadline.distantPast
  private var end: NIODeadline?

  /// To be called when a request has been answered.
  func noteRequest(on loop: any EventLoop) {
    let now = NIODeadline.now()
    run = now - lastRequest < Self.quick ? min(run + 1, Self.runLength) : min(run, 0)
    lastRequest = now
    guard run >= Self.runLength else { return }
    let isWaiting = end != nil
    end = now + Self.patience
    if !isWaiting { wait(on: loop) }
  }

  private func wait(on loop: any EventLoop) {
    loop.assumeIsolated().execute { [self] in
      guard let end else { return }
      if NIODeadline.now() < end { return wait(on: loop) }
      self.end = nil
      run = -Self.penalty
    }
  }
}
