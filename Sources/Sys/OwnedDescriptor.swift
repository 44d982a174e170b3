// Memory: none. The file holds `close` and calls that take no pointer.
import CLinux
import Glibc

/// Owns one file descriptor and closes it exactly once. Move it; it cannot be copied.
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor, valid as long as this value lives.
  public let rawValue: CInt

  /// Takes ownership of `rawValue`, which must be open.
  public init(adopting rawValue: CInt) {
    precondition(rawValue >= 0, "a descriptor that is not open")
    self.rawValue = rawValue
  }

  /// Takes ownership of what `call` returned, or throws the errno that it returned negated.
  public init(_ result: CInt, call: StaticString, subject: String = "") throws(SysError) {
    rawValue = try SysError.check(result, call: call, subject: subject)
  }

  /// The descriptor, which is the caller's from now on.
  public consuming func release() -> CInt {
    let descriptor = rawValue
    discard self
    return descriptor
  }

  deinit { _ = close(rawValue) }
}
