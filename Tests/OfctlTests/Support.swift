import OVSOracle

@testable import Ofctl

/// Runs a command in this process.
func apus(_ arguments: [String]) -> (output: String, errors: String, status: CInt?) {
  let sink = Sink()
  let console = Console(
    write: { sink.output += $0 }, complain: { sink.errors += $0 + "\n" }, flush: {}, isTerminal: false)
  do throws(OfctlError) {
    guard let ofctl = try Ofctl(arguments, console: console) else { return ("", "not for this client", nil) }
    let status = try ofctl.run()
    return (sink.output, sink.errors, status)
  } catch {
    return (sink.output, error.message, 1)
  }
}

private final class Sink {
  var output = ""
  var errors = ""
}
