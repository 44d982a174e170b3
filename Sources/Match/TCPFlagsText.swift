/// TCP flags in words. RFC 9293 section 3.1 and, for `ns`, RFC 3540.
///
/// `+syn-ack`: the flags after `+` are set, those after `-` are not, the others do not matter. `syn|ack`: these
/// are set, all others are not. A bit without a name is its hexadecimal value in brackets: `[200]`.
enum TCPFlagsText {
  /// From the least significant bit.
  private static let names = [
    "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]",
  ]
  private static let all: UInt16 = 0xfff

  /// Whether `text` is words rather than a number with or without a mask.
  static func isSpelledOut(_ text: borrowing Span<UInt8>) -> Bool {
    guard let first = text.indices.first else { return false }
    return !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[first])
  }

  static func parse(
    _ text: borrowing Span<UInt8>, at offset: Int
  ) throws(FlowSyntaxError) -> (value: UInt16, mask: UInt16) {
    let isMasked = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
    var value: UInt16 = 0
    var mask: UInt16 = 0
    var i = 0
    while i < text.count {
      var isSet = true
      if isMasked {
        isSet = text[i] == UInt8(ascii: "+")
        i += 1
      }
      let start = i
      while i < text.count, !isSeparator(text[i], isMasked) { i += 1 }
      let name = String(copying: text.extracting(start..<i))
      guard let bit = names.firstIndex(of: name) else {
        let nearest = nearestName(to: name, among: names)
        throw FlowSyntaxError(.unknown(kind: "TCP flag", name: name, nearest: nearest), at: offset + start)
      }
      let flag: UInt16 = 1 << UInt16(bit)
      guard mask & flag == 0 else {
        throw FlowSyntaxError(.repeated("tcp_flags: \(name)"), at: offset + start)
      }
      mask |= flag
      if isSet { value |= flag }
      if !isMasked && i < text.count {
        i += 1
        if i == text.count {
          throw FlowSyntaxError(.missingValue(of: "tcp_flags", expected: "a flag after |"), at: offset + i)
        }
      }
    }
    return (value, isMasked ? mask : all)
  }

  static func format(value: UInt16, mask: UInt16) -> String {
    let isExact = mask == all
    if mask & all == 0 { return "0/0" }
    if isExact && value == 0 { return "0" }
    var text = ""
    for (bit, name) in names.enumerated() where mask >> UInt16(bit) & 1 != 0 {
      let isSet = value >> UInt16(bit) & 1 != 0
      if isExact {
        if isSet { text += text.isEmpty ? name : "|" + name }
      } else {
        text += (isSet ? "+" : "-") + name
      }
    }
    return text
  }

  private static func isSeparator(_ byte: UInt8, _ isMasked: Bool) -> Bool {
    isMasked ? byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") : byte == UInt8(ascii: "|")
  }
}
