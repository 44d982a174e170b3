/// A caller of the daemon's management socket.
public struct Client: ~Copyable {
  private let stream: ClientStream

  /// Connects.
  /// - Parameters:
  ///   - path: the socket, at most 107 bytes.
  ///   - timeoutSeconds: for everything that this client does; 0 for no limit.
  public init(path: String, timeoutSeconds: Int) throws(ClientError) {
    stream = try ClientStream(path: path, timeoutSeconds: timeoutSeconds)
  }

  /// Sends a request and waits for its reply.
  ///
  /// - Parameter onPart: called with the result of each reply that is not the last one: it has a member `more`.
  public func call(
    _ request: Request, onPart: (JSONValue) -> Void = { _ in }
  ) throws(ClientError) -> Reply {
    try stream.send(request.encoded())
    var splitter = JSONSplitter(maximumBytes: Int.max)
    while true {
      do {
        while let text = try splitter.next() {
          let reply = try Reply(decoding: text)
          guard case .object(let members) = reply.result, members["more"] == .boolean(true) else {
            return reply
          }
          onPart(reply.result)
        }
      } catch {
        throw .badReply("\(error)")
      }
      splitter.append(try stream.receive())
    }
  }
}
