import ControlProtocol
import TestKit
import Testing

@Suite struct MessageTests {
  /// What ovs-appctl 3.1.0 sends for `fdb/show br0 'a "b'`.
  private static let golden = #"{"id":0,"method":"fdb/show","params":["br0","a \"b"]}"#

  @Test func readsWhatOVSAppctlSends() throws {
    let request = try Request(decoding: Array(Self.golden.utf8))
    #expect(request == Request(id: .integer(0), method: "fdb/show", params: ["br0", #"a "b"#]))
    #expect(String(decoding: request.encoded(), as: UTF8.self) == Self.golden)
  }

  @Test func repliesHaveAllThreeMembers() {
    let good = Reply(id: .integer(3), result: "done\n").encoded()
    #expect(String(decoding: good, as: UTF8.self) == #"{"error":null,"id":3,"result":"done\n"}"#)
    let bad = Reply(id: .null, error: "no").encoded()
    #expect(String(decoding: bad, as: UTF8.self) == #"{"error":"no","id":null,"result":null}"#)
  }

  @Test(arguments: [
    "{}", "[]", #"{"method":3,"id":0}"#, #"{"method":"a","params":{},"id":0}"#, "{]", "",
    "{\"method\":\"a\u{0}\"", #"{"method":"\ud800"}"#,
  ])
  func refusesWhatIsNoRequest(text: String) {
    #expect(throws: MessageError.self) { try Request(decoding: Array(text.utf8)) }
  }

  @Test func survivesTruncationsAndBitFlips() {
    let bytes = Array(Self.golden.utf8)
    for count in 0..<bytes.count where (try? Request(decoding: Array(bytes[..<count]))) != nil {
      Issue.record("the first \(count) bytes are taken for a request")
    }
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      var flipped = bytes
      flipped[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      _ = try? Request(decoding: flipped)
    }
  }

  @Test func runRequestsSurviveTheTrip() throws {
    let sent = RunRequest(
      words: ["add-flows", "br0", "-"], json: true, files: ["-": "priority=1,actions=drop\n"])
    let request = Request(method: RunRequest.method, params: sent.params)
    let received = try Request(decoding: request.encoded())
    #expect(try RunRequest(params: received.params) == sent)
    let result = RunResult(output: "br0\n", status: 2)
    #expect(
      try RunResult(Reply(decoding: Reply(id: .integer(0), result: result.value).encoded()).result) == result)
  }

  @Test(
    arguments: [[], ["x"], [["words": "show"]], [["words": [.integer(1)]]], [[:], [:]]] as [[JSONValue]])
  func refusesWhatIsNoRunRequest(params: [JSONValue]) {
    #expect(throws: MessageError.self) { try RunRequest(params: params) }
  }

  @Test func printsValues() {
    let value: JSONValue = ["b": [.null, .boolean(true), .integer(-1), .number(0.5)], "a": "x/y\n"]
    #expect(value.text(isIndented: false) == #"{"a":"x/y\n","b":[null,true,-1,0.5]}"#)
    #expect(JSONValue.count(UInt64.max) == .number(18_446_744_073_709_551_616))
  }
}
