/// Sets of flags in words, for the fields whose bits have names.
///
/// `+syn-ack`: the flags after `+` are set, those after `-` are not, the others do not matter. `syn|ack`: these
/// are set, all others are not. A bit without a name is its hexadecimal value in brackets: `[200]`.
struct FlagsText: Sendable {
  /// Of the field, and of one flag, for messages.
  let field: String
  let kind: String
  /// From the least significant bit.
  let names: [String]

  var all: UInt32 { UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(names.count)) - 1) }

  /// Whether `text` is words rather than a number with or without a mask.
  static func isSpelledOut(_ text: borrowing Span<UInt8>) -> Bool {
    guard let first = text.indices.first else { return false }
    return !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[first])
  }

  func parse(
    _ text: borrowing Span<UInt8>, at offset: Int
  ) throws(FlowSyntaxError) -> (value: UInt32, mask: UInt32) {
    let isMasked = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
    var value: UInt32 = 0
    var mask: UInt32 = 0
    var i = 0
    while i < text.count {
      var isSet = true
      if isMasked {
        isSet = text[i] == UInt8(ascii: "+")
        i += 1
      }
      let start = i
      while i < text.count, !Self.isSeparator(text[i], isMasked) { i += 1 }
      let name = String(copying: text.extracting(start..<i))
      guard let bit = names.firstIndex(of: name) else {
        let nearest = nearestName(to: name, among: names)
        throw FlowSyntaxError(.unknown(kind: kind, name: name, nearest: nearest), at: offset + start)
      }
      let flag: UInt32 = 1 << UInt32(bit)
      guard mask & flag == 0 else {
        throw FlowSyntaxError(.repeated("\(field): \(name)"), at: offset + start)
      }
      mask |= flag
      if isSet { value |= flag }
      if !isMasked && i < text.count {
        i += 1
        if i == text.count {
          throw FlowSyntaxError(.missingValue(of: field, expected: "a flag after |"), at: offset + i)
        }
      }
    }
    return (value, isMasked ? mask : all)
  }

  func format(value: UInt32, mask: UInt32) -> String {
    let isExact = mask == all
    if mask & all == 0 { return "0/0" }
    if isExact && value == 0 { return "0" }
    var text = ""
    for (bit, name) in names.enumerated() where mask >> UInt32(bit) & 1 != 0 {
      let isSet = value >> UInt32(bit) & 1 != 0
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

/// RFC 9293 section 3.1 and, for `ns`, RFC 3540.
enum TCPFlagsText {
  static let flags = FlagsText(
    field: "tcp_flags", kind: "TCP flag",
    names: ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"])
}

/// Flags of `ct_state`. ovs-fields(7).
enum ConnectionStateText {
  static let flags = FlagsText(
    field: "ct_state", kind: "ct_state flag",
    names: ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"])

  static var all: UInt32 { 0xff }
  static var invalid: UInt32 { 0x10 }
  static var tracked: UInt32 { 0x20 }
  /// `new`, `est`, `rel`, `rpl`, `snat`, `dnat`.
  static var ofValid: UInt32 { 0xcf }
}

/// Flags of `tun_flags`: those that rules may see.
enum TunnelFlagsText {
  static let flags = FlagsText(field: "tun_flags", kind: "tunnel flag", names: ["oam"])
}
