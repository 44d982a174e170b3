import ControlProtocol
import Glibc

/// Where a command's words go. Tests put closures here.
struct Console {
  /// Whole lines, or their parts.
  var write: (String) -> Void
  /// Standard error: one message.
  var complain: (String) -> Void
  /// Makes sure that what was written is seen.
  var flush: () -> Void
  /// What a file holds; `-` is standard input.
  var read: (String) throws(MessageError) -> [UInt8]
  /// Whether a person looks at the output: names instead of numbers, and colours.
  var isTerminal: Bool

  /// The process's own standard output and error.
  static var standard: Console {
    Console(
      write: { print($0, terminator: "") },
      complain: { message in
        var stream = StandardError()
        print("apus: \(message)", to: &stream)
      },
      flush: { fflush(nil) },
      read: { path throws(MessageError) in try InputFile.bytes(path: path, maximumBytes: 1 << 30) },
      isTerminal: isatty(STDOUT_FILENO) == 1)
  }
}
