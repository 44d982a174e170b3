// Memory: the closure lives in a box that the new thread owns from `passRetained` to `takeRetainedValue`;
// when no thread could be started the box is released here.
import CLinux
import Glibc

/// A thread of our own: named, optionally tied to one processor.
public struct Thread: ~Copyable, Sendable {
  private let handle: pthread_t

  /// Starts `body`.
  ///
  /// - Parameters:
  ///   - name: what `top -H` shows; its first 15 bytes count.
  ///   - cpu: the only processor to run on, from 0; any when `nil`.
  /// - Throws: `EINVAL` when the processor does not exist or the process may not use it, `EAGAIN` when there
  ///   are too many threads.
  public init(name: String, cpu: Int? = nil, _ body: @escaping @Sendable () -> Void) throws(SysError) {
    let context = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var handle = pthread_t()
    let result = unsafe clinux_thread_start(
      &handle, cpu.map { CInt(clamping: $0) } ?? -1,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run()
        return nil
      },
      context.toOpaque())
    if result < 0 { unsafe context.release() }
    try SysError.check(result, call: "pthread_create", subject: name)
    self.handle = handle
  }

  /// Waits until the thread has ended. A thread that is never joined goes on by itself.
  public consuming func join() {
    pthread_join(handle, nil)
    discard self
  }

  /// Lets other threads run.
  public static func yield() { sched_yield() }

  deinit { pthread_detach(handle) }
}

/// What a new thread takes over.
private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  func run() {
    unsafe clinux_set_thread_name(String(decoding: name.utf8.prefix(15), as: UTF8.self))
    // Whoever starts threads may be one of libdispatch, which has a priority of its own.
    clinux_adopt_process_priority()
    body()
  }
}
