// Memory: the bytes of a string, borrowed for the call, whose length the kernel is told.
import Glibc

/// Standard error for `print(_:to:)`.
public struct StandardError: TextOutputStream {
  public init() {}

  /// What cannot be written is lost: there is nobody left to tell.
  public mutating func write(_ text: String) {
    var text = text
    _ = text.withUTF8 { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
