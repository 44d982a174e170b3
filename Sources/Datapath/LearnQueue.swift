import Pipeline
import Sys
import Synchronization

/// The rules that a frame asked for, from the worker to the control thread.
///
/// The worker waits until they are there before it takes the next frame. So the control thread must look here whenever
/// it waits for the worker.
final class LearnQueue: Sendable {
  private let requests = Mutex<[LearnRequest]>([])
  private let isDone = Atomic(false)
  private let bell: EventFD
  private let onRequest: @Sendable () -> Void

  /// - Parameter onRequest: called on the worker when there is a request.
  init(onRequest: @escaping @Sendable () -> Void) throws(SysError) {
    self.onRequest = onRequest
    bell = try EventFD()
  }

  // MARK: Worker's side

  /// Returns when the rules are there. The worker must not be in `LeftRight.read`.
  func ask(_ wanted: [LearnRequest]) {
    isDone.store(false, ordering: .relaxed)
    requests.withLock { $0 = wanted }
    onRequest()
    while !isDone.load(ordering: .acquiring) { bell.wait() }
  }

  // MARK: Control thread's side

  /// Has the rules that the worker waits for learned, if it does.
  func serve(_ learn: ([LearnRequest]) -> Void) {
    let wanted = requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
    guard !wanted.isEmpty else { return }
    learn(wanted)
    isDone.store(true, ordering: .releasing)
    bell.signal()
  }
}

/// How a worker has rules learned in the middle of a batch.
struct Learning: Sendable {
  let state: LeftRight
  let reader: LeftRight.Reader
  let queue: LearnQueue

  /// Has rules learned. To be called within `LeftRight.read`, between two frames.
  /// - Returns: the state to go on with, which has them.
  func learn(_ wanted: [LearnRequest]) -> ForwardingState {
    state.step(outside: reader) { queue.ask(wanted) }
  }
}
