import ControlProtocol
import FoundationEssentials

/// A connection to the management socket of an Open vSwitch daemon: JSON-RPC 1.0, a request and its answer at a time.
struct Unixctl: ~Copyable {
  private var stream: ClientStream
  private var splitter = JSONSplitter(maximumBytes: 1 << 26)
  private var lastID = 0

  init(path: String) throws { stream = try ClientStream(path: path, timeoutSeconds: 0) }

  private struct Answer: Decodable {
    var error: String?
    var result: String?
  }

  /// What the daemon answers to a command.
  mutating func call(_ method: String, _ words: [String] = []) throws -> String {
    lastID += 1
    let list = words.map { "\"\($0)\"" }.joined(separator: ",")
    try stream.send(Array(#"{"id":\#(lastID),"method":"\#(method)","params":[\#(list)]}"#.utf8))
    while true {
      if let text = try splitter.next() {
        let answer = try JSONDecoder().decode(Answer.self, from: Data(text))
        if let error = answer.error {
          throw OracleFault("\(method) \(words.joined(separator: " ").prefix(200)): \(error)")
        }
        return answer.result ?? ""
      }
      splitter.append(try stream.receive())
    }
  }
}

/// Open vSwitch, or our use of it, does not work: no finding about our switch.
struct OracleFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
