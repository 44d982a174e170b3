import CLinux
import Glibc

/// Event descriptors of other programs, which may be full and made to wait: telling of an event never waits.
///
/// Whoever else has an event descriptor can fill its counter and take `O_NONBLOCK` away between any two calls of ours, and
/// a `write` waits then. So the kernel is made to add by itself (`clinux_signal_event`), which it does to full ones too. A
/// kernel without asynchronous I/O leaves the `write`.
public enum ForeignEvent {
  /// What all signals of the process go through; `nil` where there is no such thing.
  private static let means: Means? = {
    var context: UInt64 = 0
    let file = unsafe clinux_open("/dev/null", O_RDONLY)
    guard file >= 0, unsafe clinux_event_context(&context) == 0 else { return nil }
    return Means(context: context, file: file)
  }()

  private struct Means: Sendable {
    var context: UInt64
    var file: CInt
  }

  /// Whether a descriptor that somebody else made is an event descriptor. To be asked of each before the first `signal`.
  public static func adopts(_ descriptor: CInt) -> Bool {
    _ = means
    return clinux_adopt_eventfd(descriptor)
  }

  /// Makes the descriptor readable. Any thread may call it, as often as it likes.
  public static func signal(_ descriptor: CInt) {
    guard let means else { return EventFD.signal(descriptor) }
    clinux_signal_event(means.context, means.file, descriptor)
  }
}
