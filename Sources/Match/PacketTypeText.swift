/// A packet type as `(namespace,type)`: `(0,0)` for frames with an Ethernet header, `(1,0x800)` for IPv4 packets
/// without one. OpenFlow 1.5.1 section 7.2.3.11.
enum PacketTypeText {
  /// For messages: completes "is not ...".
  static var expectation: String { "a packet type like (1,0x800)" }

  /// Namespace in the upper 16 bits, type in the lower.
  static func parse(_ text: borrowing Span<UInt8>) -> UInt32? {
    guard text.count >= 2, text[0] == UInt8(ascii: "("), text[text.count - 1] == UInt8(ascii: ")"),
      let comma = text.indices.first(where: { text[$0] == UInt8(ascii: ",") }),
      let namespace = NumberText.parse(text.extracting(1..<comma)), namespace <= 0xffff
    else { return nil }
    var start = comma + 1
    while start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
    guard start < text.count, let type = NumberText.parse(text.extracting(start..<(text.count - 1))),
      type <= 0xffff
    else { return nil }
    return UInt32(namespace) << 16 | UInt32(type)
  }

  static func format(_ type: UInt32) -> String {
    var text = "(\(type >> 16),"
    text.appendHexadecimalOrZero(type & 0xffff)
    return text + ")"
  }
}
