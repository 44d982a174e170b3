import Sys
import Synchronization
import TestKit

/// Somebody who changes rings all the time, on a thread of its own.
final class VHostScribbler: Sendable {
  private let target = Mutex<VHostNoise?>(nil)
  private let isOver = Atomic(false)
  private let wake: EventFD
  private let thread = Mutex<Thread?>(nil)

  init(seed: UInt64) throws(SysError) {
    wake = try EventFD()
    try thread.withLock { (thread) throws(SysError) in thread = try start(seed: seed) }
  }

  private func start(seed: UInt64) throws(SysError) -> Thread {
    try Thread(name: "scribbler") { [self] in
      var random = SeededGenerator(seed: ~seed)
      while !isOver.load(ordering: .relaxed) {
        guard let target = target.withLock(\.self) else {
          wake.wait()
          continue
        }
        for _ in 0..<64 { target.scribble(&random) }
      }
    }
  }

  /// Changes those rings from now on; none if `nil`.
  func set(_ new: VHostNoise?) {
    target.withLock { $0 = new }
    wake.signal()
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    wake.signal()
    thread.withLock { $0.take() }?.join()
  }
}
