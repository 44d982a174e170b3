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
  public func call(_ request: Request) throws(ClientError) -> Reply {
    try stream.send(request.encoded())
    var splitter = JSONSplitter(maximumBytes: Int.max)
    while true {
      do {
        if let text = try splitter.next() { return try Reply(decoding: text) }
      } catch {
        throw .badReply("\(error)")
      }
      splitter.append(try stream.receive())
    }
  }
}
