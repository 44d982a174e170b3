import ControlProtocol
import OVSOracle
import Testing

@testable import Ofctl

/// What a command of this client did.
struct Outcome: Equatable {
  var output: String
  var errors: String
  /// `nil` when the command was not for this client.
  var status: CInt?
}

/// Runs a command in this process, with `input` as its standard input.
func apus(_ arguments: [String], input: String = "") -> Outcome {
  let sink = Sink()
  let console = Console(
    write: { sink.output += $0 }, complain: { sink.errors += $0 + "\n" }, flush: {},
    read: { path throws(MessageError) in
      if path == "-" { return Array(input.utf8) }
      return try InputFile.bytes(path: path, maximumBytes: 1 << 24)
    }, isTerminal: false)
  do throws(OfctlError) {
    guard let ofctl = try Ofctl(arguments, console: console) else { return Outcome(output: "", errors: "") }
    let status = try ofctl.run()
    return Outcome(output: sink.output, errors: sink.errors, status: status)
  } catch {
    return Outcome(output: sink.output, errors: error.message, status: 1)
  }
}

private final class Sink {
  var output = ""
  var errors = ""
}

/// Expects the output and the success of the real `ovs-ofctl`. What it says of errors is its own.
func expectAsOVS(
  _ arguments: [String], input: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let ovs = OVSOfctl.run(arguments, input: input, takesErrors: false)
  let ours = apus(arguments, input: input)
  let name = Comment(rawValue: arguments.joined(separator: " "))
  #expect(ours.output == ovs.text, name, sourceLocation: sourceLocation)
  #expect((ours.status == 0) == ovs.succeeded, name, sourceLocation: sourceLocation)
}

/// A file that is there as long as this value lives.
final class OVSFile {
  let path: String

  init(_ text: String) { path = OVSOfctl.temporaryFile(holding: text) }

  deinit { OVSOfctl.unlink(path) }
}
