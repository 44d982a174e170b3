import ControlProtocol

/// Cuts the words of a command line into commands, and checks names, options and numbers of arguments against
/// the reference before anything runs.
enum CommandParser {
  typealias ParsedCommand = (command: any Command.Type, arguments: Arguments)

  /// `[OPTION]... COMMAND [ARGUMENT]... [-- ...]`. A command's options may stand before or behind its name.
  static func parse(_ words: [String], files: [String: String] = [:]) throws(CommandError) -> [ParsedCommand]
  {
    var commands: [ParsedCommand] = []
    for part in words.split(separator: "--", omittingEmptySubsequences: true) {
      commands.append(try command(Array(part), files: files))
    }
    guard !commands.isEmpty else { throw CommandError("a command is missing; 'apus --help' lists them") }
    return commands
  }

  private static func command(
    _ words: [String], files: [String: String]
  ) throws(CommandError) -> ParsedCommand {
    guard let name = CommandReference.name(in: words) else {
      throw CommandError("'\(words.joined(separator: " "))': a command is missing")
    }
    if CommandReference.named(name)?.isForClientOnly == true {
      throw CommandError("\(name) stands alone: apus does it itself, without other commands and '--'")
    }
    guard let reference = CommandReference.named(name), let command = CommandList.named(name) else {
      let names = CommandReference.all.map(\.name)
      let error = CommandError.unknown("command", name, among: names).message
      // The whole list would bury the message.
      throw CommandError(
        error[..<(error.firstIndex(of: "(") ?? error.endIndex)] + "('apus --help' lists them)")
    }
    var options: [String: String] = [:]
    let (optionWords, plain) = reference.sorted(words)
    for word in optionWords {
      let option = try option(word, of: reference)
      options[option.name] = option.value
    }
    let positional = Array(plain.dropFirst())
    guard reference.argumentCount.contains(positional.count) else {
      throw CommandError("\(name): \(reference.argumentNeed), not \(positional.count): \(reference.usage)")
    }
    return (command, Arguments(positional: positional, options: options, files: files))
  }

  private static func option(
    _ word: String, of reference: CommandReference
  ) throws(CommandError) -> (name: String, value: String) {
    let equals = word.firstIndex(of: "=")
    let name = String(word[..<(equals ?? word.endIndex)])
    guard let option = reference.options.first(where: { $0.name == name }) else {
      let others = reference.openFlowOptions.map(\.name)
      if others.contains(name) {
        throw CommandError("\(reference.name): with \(name) it stands alone, without other commands and '--'")
      }
      throw .unknown("option", name, in: reference.name, among: reference.options.map(\.name) + others)
    }
    let value = equals.map { String(word[word.index(after: $0)...]) }
    switch (option.value, value) {
    case (nil, nil): return (name, "")
    case (nil, _?): throw CommandError("\(reference.name): option \(name) takes no value")
    case (_?, nil) where option.mayLackValue: return (name, "")
    case (_?, nil): throw CommandError("\(reference.name): option \(name) needs a value: \(option.spelling)")
    case (_?, let value?): return (name, value)
    }
  }
}
