// Memory: what a signal handler writes are digits in an inline array.
import Glibc
import Sys
import Synchronization

/// Random worlds, each a port of type vhost-user with a front end and a guest that say anything, one after the other, until
/// `count` steps were done. A step is a message, or what a worker does after the rings have changed; in every other world they
/// change while the worker is at it.
enum VHostFuzz {
  static func run(count: Int, seed: UInt64) throws -> [String] {
    reportTraps()
    let directory = "/tmp/apus-fuzz-\(getpid())"
    guard unsafe mkdir(directory, 0o700) == 0 else { return ["\(directory) cannot be made"] }
    defer { unsafe rmdir(directory) }
    let files = try VHostFiles()
    let scribbler = try VHostScribbler(seed: seed)
    defer { scribbler.stop() }
    var left = count
    var seed = seed
    while left > 0 {
      current.store(seed, ordering: .relaxed)
      let world = try VHostWorld(
        seed: seed, socket: "\(directory)/socket", files: files, scribbler: seed % 2 == 0 ? nil : scribbler)
      let steps = min(left, 200)
      for _ in 0..<steps where world.violations.isEmpty {
        // What takes so long does not end.
        alarm(20)
        try world.step()
      }
      if world.violations.isEmpty { try world.finish() }
      guard world.violations.isEmpty else { return world.violations.map { "world \(seed): \($0)" } }
      scribbler.set(nil)
      left -= steps
      seed &+= 1
    }
    return []
  }

  /// The seed of the world at hand.
  private static let current = Atomic<UInt64>(0)

  /// Has the world named in which the process ends.
  private static func reportTraps() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGALRM] {
      _ = signal(number) { number in
        VHostFuzz.nameWorld()
        _ = signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  private static func nameWorld() {
    var text: InlineArray<32, UInt8> = .init(repeating: 10)
    var seed = current.load(ordering: .relaxed)
    var place = 30
    repeat {
      text[place] = UInt8(48 + seed % 10)
      seed /= 10
      place -= 1
    } while seed > 0
    for letter in " dlrow ni".utf8 {
      text[place] = letter
      place -= 1
    }
    let span = text.span
    unsafe span.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { _ = unsafe write(2, start + place + 1, 31 - place) }
    }
  }
}
