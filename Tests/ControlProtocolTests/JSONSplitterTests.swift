import ControlProtocol
import TestKit
import Testing

@Suite struct JSONSplitterTests {
  /// Texts back to back as ovs-appctl sends them, with white space, brackets in strings and escapes.
  private static let stream =
    #"{"id":0,"method":"fdb/show","params":["br0"]}{"a":"}{[\"\\"} [[],{"b":[1]}]"# + "\n\t{}"
  private static let texts = [
    #"{"id":0,"method":"fdb/show","params":["br0"]}"#, #"{"a":"}{[\"\\"}"#, #"[[],{"b":[1]}]"#, "{}",
  ]

  /// All texts that `chunks` make.
  private func texts(of chunks: [[UInt8]], limit: Int = 1_000) throws -> [String] {
    var splitter = JSONSplitter(maximumBytes: limit)
    var result: [String] = []
    for chunk in chunks {
      splitter.append(chunk)
      while let text = try splitter.next() { result.append(String(decoding: text, as: UTF8.self)) }
    }
    return result
  }

  @Test func findsTheSameTextsWhereverTheStreamIsCut() throws {
    let bytes = Array(Self.stream.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
        let found = try texts(of: chunks)
        if found != Self.texts { Issue.record("cut at \(first) and \(second): \(found)") }
      }
    }
    #expect(try texts(of: bytes.map { [$0] }) == Self.texts)
  }

  @Test func holdsNoMoreThanWhatIsIncomplete() throws {
    var splitter = JSONSplitter(maximumBytes: 100)
    splitter.append(Array(#"{"a":1}{"b""#.utf8))
    let first = try splitter.next()
    let second = try splitter.next()
    #expect(first?.count == 7)
    #expect(second == nil)
    #expect(splitter.byteCount == 4)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1", JSONSplitterError.unexpectedByte(0x47)),
    ("\"text\"", .unexpectedByte(0x22)),
    ("{}}", .unexpectedByte(0x7d)),
    ("\u{0}", .unexpectedByte(0)),
    (String(repeating: "[", count: 65), .tooDeep(limit: 64)),
    ("{\"a\":\"" + String(repeating: "x", count: 1_000), .tooLong(limit: 1_000)),
  ])
  func refuses(text: String, error: JSONSplitterError) {
    #expect(throws: error) { try texts(of: [Array(text.utf8)]) }
  }

  @Test func takesTextsUpToItsLimits() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try texts(of: [Array(deep.utf8)], limit: 128) == [deep])
    #expect(throws: JSONSplitterError.tooLong(limit: 127)) { try texts(of: [Array(deep.utf8)], limit: 127) }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func survivesGarbage(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]\"\\ a\n".utf8)
    var splitter = JSONSplitter(maximumBytes: 64)
    for _ in 0..<100 {
      splitter.append(
        (0..<Int.random(in: 0...9, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 })
      do {
        while let text = try splitter.next() {
          if text.isEmpty || text.count > 64 { Issue.record("\(text.count) bytes, seed \(seed)") }
        }
      } catch {
        return
      }
    }
  }
}
