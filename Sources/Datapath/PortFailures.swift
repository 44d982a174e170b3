import Pipeline
import Synchronization

/// Devices that failed, from the worker to the control thread.
final class PortFailures: Sendable {
  private let failures = Mutex<[PortIndex: CInt]>([:])

  func note(_ errno: CInt, of port: PortIndex) { failures.withLock { $0[port] = errno } }

  /// The errno of the port's failure, and forgets it.
  func take(_ port: PortIndex) -> CInt? { failures.withLock { $0.removeValue(forKey: port) } }
}
