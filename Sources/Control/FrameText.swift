/// Frames in hexadecimal, as commands take them.
enum FrameText {
  /// The bytes of an Ethernet frame; spaces and colons may stand between them.
  static func bytes(of text: String) throws(CommandError) -> [UInt8] {
    let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x3a }
    var bytes: [UInt8] = []
    for i in stride(from: 0, to: digits.count - 1, by: 2) {
      guard let byte = UInt8(String(decoding: digits[i...i + 1], as: UTF8.self), radix: 16) else {
        throw CommandError("FRAME: '\(text)' is not in hexadecimal")
      }
      bytes.append(byte)
    }
    guard digits.count.isMultiple(of: 2), (14...65_535).contains(bytes.count) else {
      throw CommandError(
        "FRAME: \(digits.count) digits; an Ethernet frame has 14 to 65535 whole bytes")
    }
    return bytes
  }
}
