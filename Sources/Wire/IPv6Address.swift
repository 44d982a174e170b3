/// An IPv6 address. RFC 4291.
@frozen public struct IPv6Address: RawRepresentable, Hashable, Sendable {
  /// The first octet is the most significant one.
  public var rawValue: UInt128
  @inlinable public init(rawValue: UInt128) { self.rawValue = rawValue }
}

extension IPv6Address: LosslessStringConvertible {
  /// The address that `text` spells in any form of RFC 4291 section 2.2, without a zone.
  public init?(_ text: String) { self.init(text.utf8.span) }

  /// The same from UTF-8.
  public init?(_ text: borrowing Span<UInt8>) {
    var value: UInt128 = 0
    var groups = 0
    /// How many groups stand before `::`.
    var gap: Int?
    var i = 0
    if text.count >= 2, text[0] == Self.colon, text[1] == Self.colon {
      gap = 0
      i = 2
    }
    while i < text.count {
      let start = i
      var group: UInt16 = 0
      while i < text.count, i < start + 4, let digit = hexadecimalDigit(text[i]) {
        group = group << 4 | UInt16(digit)
        i += 1
      }
      if i < text.count, text[i] == UInt8(ascii: ".") {
        guard let tail = IPv4Address.parse(text, from: start) else { return nil }
        value = value << 32 | UInt128(tail)
        groups += 2
        break
      }
      guard i > start, groups < 8 else { return nil }
      value = value << 16 | UInt128(group)
      groups += 1
      if i == text.count { break }
      guard text[i] == Self.colon, i + 1 < text.count else { return nil }
      i += 1
      if text[i] == Self.colon {
        guard gap == nil else { return nil }
        gap = groups
        i += 1
      }
    }
    if let gap {
      guard groups < 8 else { return nil }
      let tail = UInt128(16 * (groups - gap))
      let low = value & ((1 << tail) - 1)
      value = gap == 0 ? low : (value >> tail) << UInt128(128 - 16 * gap) | low
    } else {
      guard groups == 8 else { return nil }
    }
    self.init(rawValue: value)
  }

  /// The form of RFC 5952. Addresses with an IPv4 one inside (`::a.b.c.d`, `::ffff:a.b.c.d`) show it with dots,
  /// as `inet_ntop` does.
  public var description: String {
    let gap = longestRunOfZeros
    let hasTail = gap.lowerBound == 0 && (gap.count == 6 || gap.count == 5 && group(5) == 0xffff)
    var text = ""
    for i in 0..<(hasTail ? 6 : 8) {
      if gap.contains(i) {
        if i == gap.lowerBound { text += "::" }
      } else {
        if i > 0 && i != gap.upperBound { text += ":" }
        appendHexadecimal(UInt64(group(i)), to: &text)
      }
    }
    if hasTail {
      if gap.count == 5 { text += ":" }
      text += IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)).description
    }
    return text
  }

  private static var colon: UInt8 { UInt8(ascii: ":") }

  private func group(_ i: Int) -> UInt16 { UInt16(truncatingIfNeeded: rawValue >> UInt128(112 - 16 * i)) }

  /// The first one of the longest runs of two or more zero groups; empty when there is none.
  private var longestRunOfZeros: Range<Int> {
    var best = 0..<0
    var start = 0
    for i in 0..<8 {
      if group(i) != 0 {
        start = i + 1
      } else if i + 1 - start > max(best.count, 1) {
        best = start..<i + 1
      }
    }
    return best
  }
}
