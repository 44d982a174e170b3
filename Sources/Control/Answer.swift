import ControlProtocol

extension ControlPlane {
  /// Largest output of a command line in bytes.
  static var maximumOutputBytes: Int { 512 << 20 }

  /// Answers a request of the management socket: `apus/run`, or a command with its words as parameters, as
  /// ovs-appctl sends it. ovs-appctl prints an error as it comes, so there it ends with a newline.
  func answer(_ request: Request) -> Reply {
    let isRun = request.method == RunRequest.method
    do {
      let result = try run(isRun ? RunRequest(params: request.params) : Self.words(of: request))
      guard result.output.utf8.count <= Self.maximumOutputBytes else {
        throw CommandError("the output is longer than \(Self.maximumOutputBytes) bytes; ask for less of it")
      }
      return Reply(id: request.id, result: isRun ? result.value : .string(result.output))
    } catch {
      return Reply(id: request.id, error: isRun ? "\(error)" : "\(error)\n")
    }
  }

  private static func words(of request: Request) throws(CommandError) -> RunRequest {
    var words = [request.method]
    for parameter in request.params {
      guard case .string(let word) = parameter else {
        throw CommandError("\(request.method): parameters are strings")
      }
      words.append(word)
    }
    return RunRequest(words: words)
  }
}
