// Memory: none. The file holds `close` and calls that take no pointer.
import CLinux
import Glibc
import Synchronization

/// Closes descriptors that other programs have handed over.
///
/// Closing a file asks the program that serves its file system (FUSE, a network file system), and no signal ends the waiting
/// for its answer. So what is neither memory nor an event is closed by a thread of its own, which there is while something is
/// left to close.
public final class ForeignCloser: Sendable {
  private struct State {
    /// The first one is being closed.
    var open: [CInt] = []
    var hasThread = false
  }

  private let state = Mutex(State())
  private let finished: EventFD

  public init() throws(SysError) { finished = try EventFD() }

  /// Readable when all was closed; until `clear`.
  public var descriptor: CInt { finished.descriptor }
  public func clear() { finished.clear() }

  /// How many are not closed yet.
  public var pending: Int { state.withLock { $0.open.count } }

  /// Takes ownership of `descriptor`. Never waits.
  public func close(_ descriptor: CInt) {
    guard !clinux_closes_at_once(descriptor) else {
      _ = Glibc.close(descriptor)
      return
    }
    let needsThread = state.withLock { state in
      state.open.append(descriptor)
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard needsThread else { return }
    do throws(SysError) {
      _ = try Thread(name: "close") { [self] in run() }
    } catch {
      // A process that may have no more threads: here then.
      run()
    }
  }

  private func run() {
    while let descriptor = next() {
      _ = Glibc.close(descriptor)
      state.withLock { _ = $0.open.removeFirst() }
    }
    finished.signal()
  }

  private func next() -> CInt? {
    state.withLock { state in
      if state.open.isEmpty { state.hasThread = false }
      return state.open.first
    }
  }
}
