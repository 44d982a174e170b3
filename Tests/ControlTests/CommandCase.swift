import Testing

/// A line of commands and what it prints.
struct CommandCase: CustomTestStringConvertible {
  var line: String
  var output: String
  var testDescription: String { line }

  init(_ line: String, _ output: String) {
    self.line = line
    self.output = output
  }
}
