/// `parse-key-value TEXT...`: how texts such as options and actions are cut into keys and values.
enum ParseKeyValue: OfctlCommand {
  static let name = "parse-key-value"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    for text in call.arguments {
      let pairs = KeyValueText.pairs(in: text)
      call.line(pairs.map { $0.value.isEmpty ? $0.key : "\($0.key)=\($0.value)" }.joined(separator: ", "))
    }
  }
}

/// Text of the form `key=value,key(value),key:value key`: white space and commas separate, a value may be in
/// parentheses with anything in it.
enum KeyValueText {
  typealias Pair = (key: String, value: String)

  static func pairs(in text: some StringProtocol) -> [Pair] {
    var bytes = Array(text.utf8)[...]
    var result: [Pair] = []
    while true {
      bytes = bytes.drop { isSeparator($0) }
      if bytes.isEmpty { return result }
      let key = bytes.prefix { !isSeparator($0) && ![0x3d, 0x3a, 0x28].contains($0) }
      bytes = bytes[key.endIndex...]
      var value: ArraySlice<UInt8> = []
      if let delimiter = bytes.first, !isSeparator(delimiter) {
        if delimiter == 0x28 {
          let end = closing(bytes)
          value = bytes[(bytes.startIndex + 1)..<end]
          bytes = bytes[min(end + 1, bytes.endIndex)...]
        } else {
          bytes = bytes.dropFirst()
          let end = valueEnd(bytes)
          value = bytes[..<end]
          bytes = bytes[end...]
        }
      }
      result.append((String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x2c || byte == 0x20 || 0x09...0x0d ~= byte
  }

  /// Where the parenthesis that opens `bytes` is closed; the end when it is not.
  private static func closing(_ bytes: ArraySlice<UInt8>) -> Int {
    var depth = 0
    for (index, byte) in zip(bytes.indices, bytes) {
      if byte == 0x28 { depth += 1 }
      if byte == 0x29 {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return bytes.endIndex
  }

  /// Where a value ends that is not in parentheses: at a separator that is in none.
  private static func valueEnd(_ bytes: ArraySlice<UInt8>) -> Int {
    var depth = 0
    for (index, byte) in zip(bytes.indices, bytes) {
      switch byte {
      case 0x28: depth += 1
      case 0x29: depth -= 1
      case _ where isSeparator(byte) && depth <= 0: return index
      default: break
      }
    }
    return bytes.endIndex
  }
}
