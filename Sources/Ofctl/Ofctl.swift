import ControlProtocol

/// The commands of `ovs-ofctl`, from its words to its text. Some talk OpenFlow to a switch, some need none.
///
/// `apus` asks here first: what is not for this client goes to the daemon, which knows some commands of the same
/// names for its own bridges and answers them faster.
public struct Ofctl {
  private let call: OfctlCall

  /// The command in `arguments`, the program's name left out; `nil` when it is for the daemon.
  ///
  /// - Throws: what is wrong with the words, when they are for this client.
  public init?(_ arguments: [String]) throws(OfctlError) {
    try self.init(arguments, console: .standard)
  }

  init?(_ arguments: [String], console: Console) throws(OfctlError) {
    guard let name = Self.commandName(in: arguments), let command = OfctlCommands.named(name),
      !arguments.contains("--help"), !arguments.contains("--"),
      let reference = CommandReference.named(name)
    else { return nil }
    var options = OfctlOptions()
    let rest: [String]
    let needsClient: Bool
    do throws(OfctlError) {
      (rest, needsClient) = try options.take(from: arguments)
    } catch {
      if !reference.isForClientOnly, !Self.namesSwitch(arguments), !OfctlOptions.needClient(arguments) {
        return nil
      }
      throw OfctlError("\(name): \(error.message)")
    }
    let positional = Array(rest.dropFirst())
    if !reference.isForClientOnly, !needsClient, !Self.namesSwitch(positional.prefix(1)) { return nil }
    guard reference.argumentCount.contains(positional.count) else {
      throw OfctlError(
        "\(name): \(reference.argumentNeed), not \(positional.count): \(reference.usage)")
    }
    if options.isReadOnly, command.changesSwitch {
      throw OfctlError("\(name) changes the switch, which --read-only forbids")
    }
    if options.isDryRun, !command.changesSwitch {
      throw OfctlError("\(name) changes nothing: --dry-run is for commands that do")
    }
    if options.json, !command.printsJSON, !options.isDryRun {
      throw OfctlError(
        reference.isForClientOnly
          ? "\(name) has no JSON form"
          : "\(name) has no JSON form when apus speaks OpenFlow itself; ask for a BRIDGE, without OpenFlow options"
      )
    }
    call = OfctlCall(command: command, arguments: positional, options: options, console: console)
  }

  /// Runs it and returns the exit status of the program.
  public func run() throws(OfctlError) -> CInt {
    do throws(OfctlError) {
      try call.command.run(call)
      if call.options.isDryRun { call.printDifferences() }
    } catch {
      call.console.flush()
      throw error
    }
    call.console.flush()
    return call.status
  }

  /// The first word that is neither an option nor the value of one.
  private static func commandName(in arguments: [String]) -> String? {
    var words = arguments[...]
    while let word = words.first {
      guard let count = OfctlOptions.wordCount(word) else { return word }
      words = words.dropFirst(count)
    }
    return nil
  }

  /// Whether a word is a switch that is no bridge of the daemon: `tcp:...`, `unix:...` or a path.
  private static func namesSwitch(_ arguments: some Sequence<String>) -> Bool {
    arguments.contains { SwitchAddress.isExplicit($0) }
  }
}
