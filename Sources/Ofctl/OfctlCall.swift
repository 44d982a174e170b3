import ControlProtocol

/// One command with everything that was said to it.
final class OfctlCall {
  let command: any OfctlCommand.Type
  /// What stood behind the command's name, without options.
  let arguments: [String]
  let options: OfctlOptions
  let console: Console
  /// Exit status of the program, for commands whose answer it is.
  var status: CInt = 0
  /// What a dry run has found.
  var differences: [StateDifference] = []

  init(
    command: any OfctlCommand.Type, arguments: [String], options: OfctlOptions, console: Console
  ) {
    self.command = command
    self.arguments = arguments
    self.options = options
    self.console = console
  }

  subscript(index: Int) -> String { arguments[index] }

  /// The argument at `index` if there is one.
  func optional(_ index: Int) -> String? { index < arguments.count ? arguments[index] : nil }

  /// One line of output.
  func line(_ text: String) { console.write(text + "\n") }

  /// The text of the file that an argument names; `-` is standard input.
  func fileText(_ path: String) throws(OfctlError) -> String {
    guard let text = String(validating: try fileBytes(path), as: UTF8.self) else {
      throw OfctlError("\(path): not a text in UTF-8")
    }
    return text
  }

  /// The bytes of such a file.
  func fileBytes(_ path: String) throws(OfctlError) -> [UInt8] {
    do throws(MessageError) { return try console.read(path) } catch { throw OfctlError(error.message) }
  }

  /// The lines of standard input that say something, without comments.
  func inputLines() throws(OfctlError) -> [String] { Lines.significant(in: try fileText("-")).map(\.text) }
}

/// Text files of one item a line.
enum Lines {
  /// The lines that are not empty, without comments (from `#` on) and white space around, with their numbers
  /// from 1.
  static func significant(in text: String) -> [(number: Int, text: String)] {
    var result: [(Int, String)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.prefix { $0 != "#" }.trimmed
      if !content.isEmpty { result.append((index + 1, String(content))) }
    }
    return result
  }
}

extension StringProtocol where SubSequence == Substring {
  /// Without white space at both ends.
  var trimmed: Substring {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return self[startIndex..<startIndex] }
    return self[first...last]
  }
}
