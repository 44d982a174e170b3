/// Cuts a stream into the JSON texts that stand in it back to back, as JSON-RPC 1.0 over a stream socket has
/// them: no length, no delimiter. A text starts with `{` or `[` and ends where its brackets are balanced;
/// brackets in strings do not count. Whether the text in between is JSON, the decoder says.
public struct JSONSplitter: Sendable {
  /// Longest text in bytes.
  public let maximumBytes: Int
  /// Deepest nesting, so that the recursive decoder stays within its stack.
  public static var maximumDepth: Int { 64 }

  private var buffer: [UInt8] = []
  /// Where the text under way starts in `buffer`, and how far it has been looked at.
  private var start = 0
  private var position = 0
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  public init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  /// Bytes that are held: texts not yet taken out and the beginning of the next.
  public var byteCount: Int { buffer.count - start }

  /// Adds what has arrived.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      position -= start
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole text, or `nil` until more has arrived. After an error the stream has lost its frame and is
  /// to be closed.
  public mutating func next() throws(JSONSplitterError) -> [UInt8]? {
    while position < buffer.count {
      let byte = buffer[position]
      if depth == 0 {
        guard try begins(byte) else { continue }
      } else {
        try track(byte)
      }
      position += 1
      guard position - start <= maximumBytes else { throw .tooLong(limit: maximumBytes) }
      if depth == 0 {
        defer { start = position }
        return Array(buffer[start..<position])
      }
    }
    return nil
  }

  /// Between texts: whether `byte` starts one. Passes over white space.
  private mutating func begins(_ byte: UInt8) throws(JSONSplitterError) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth = 1
      return true
    case 0x20, 0x09, 0x0a, 0x0d:
      position += 1
      start = position
      return false
    default:
      throw .unexpectedByte(byte)
    }
  }

  private mutating func track(_ byte: UInt8) throws(JSONSplitterError) {
    if isEscaped {
      isEscaped = false
    } else if isInString {
      if byte == UInt8(ascii: "\\") { isEscaped = true }
      if byte == UInt8(ascii: "\"") { isInString = false }
    } else {
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        guard depth <= Self.maximumDepth else { throw .tooDeep(limit: Self.maximumDepth) }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }
}

/// Why a stream is not a sequence of JSON texts.
public enum JSONSplitterError: Error, Equatable, Sendable {
  /// Between texts only white space, `{` and `[` may stand.
  case unexpectedByte(UInt8)
  case tooLong(limit: Int)
  case tooDeep(limit: Int)
}

extension JSONSplitterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedByte(let byte):
      "a request is a JSON object; byte 0x\(String(byte, radix: 16)) starts none"
    case .tooLong(let limit): "the message is longer than \(limit) bytes"
    case .tooDeep(let limit): "the message is nested deeper than \(limit) levels"
    }
  }
}
