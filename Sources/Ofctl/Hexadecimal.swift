/// Bytes as hexadecimal digits.
enum Hexadecimal {
  /// The bytes that `text` spells: two digits each, white space between bytes. Throws what is wrong and where.
  static func bytes(_ text: some StringProtocol) throws(OfctlError) -> [UInt8] {
    var result: [UInt8] = []
    var high: UInt8?
    for (offset, byte) in text.utf8.enumerated() {
      guard let digit = digit(byte) else {
        let isSpace = byte == 0x20 || 0x09...0x0d ~= byte
        if isSpace, high == nil { continue }
        let reason = isSpace ? "a digit is missing before this byte" : "not a hexadecimal digit"
        throw OfctlError("hexadecimal bytes, byte \(offset): \(reason)")
      }
      if let first = high {
        result.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { throw OfctlError("hexadecimal bytes: the last digit stands alone") }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// Two digits.
  static func text(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

  /// At least `digits` digits.
  static func text(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Sixteen bytes a line, each line with its offset; `-` stands in the middle.
  static func dump(_ bytes: some Collection<UInt8>) -> String {
    var text = ""
    for (offset, byte) in bytes.enumerated() {
      switch offset % 16 {
      case 0: text += (offset == 0 ? "" : "\n") + Self.text(offset, digits: 8) + "  "
      case 8: text += "-"
      default: text += " "
      }
      text += Self.text(byte)
    }
    return text.isEmpty ? "" : text + "\n"
  }

  /// What differs between two strings of bytes, a line for each place.
  static func differences(from old: [UInt8], to new: [UInt8]) -> String {
    var text = ""
    for i in 0..<max(old.count, new.count) {
      let before = i < old.count ? Self.text(old[i]) : "(none)"
      let after = i < new.count ? Self.text(new[i]) : "(none)"
      if before != after { text += "\(i < 10 ? " " : "")\(i): \(before) -> \(after)\n" }
    }
    return text
  }
}
