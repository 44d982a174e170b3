import CLinux

/// Gives memory back to the system that large requests and answers have left free in the heap.
public final class HeapTrimmer {
  /// Free bytes that are not worth the work.
  private static var slack: Int { 16 << 20 }

  /// Free bytes whose pages the system has already, or that are not worth it.
  private var settled = 0

  public init() {}

  /// To be called now and then, for instance once a second. Does nothing while little has become free.
  public func trim() {
    let free = clinux_free_heap_bytes()
    settled = min(settled, free)
    guard free > settled + Self.slack else { return }
    clinux_trim_heap()
    settled = clinux_free_heap_bytes()
  }
}
