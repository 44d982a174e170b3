import Wire

/// `tun_metadata0=0x1234/0xff00`, and `tun_metadata0` alone: that the option is there.
enum TunnelMetadataText {
  /// Which of the fields `name` means, if any.
  static func index(of name: borrowing Span<UInt8>) -> UInt8? {
    let prefix: StaticString = "tun_metadata"
    guard name.count > prefix.utf8CodeUnitCount, name.count <= prefix.utf8CodeUnitCount + 2,
      String(copying: name).hasPrefix("tun_metadata"),
      let index = NumberText.parse(name.extracting(prefix.utf8CodeUnitCount...)),
      index < UInt64(TunnelMetadataMatch.count)
    else { return nil }
    return UInt8(index)
  }

  /// `nil` for a field without a value.
  static func parse(
    _ text: String?, index: UInt8, at offset: Int
  ) throws(FlowSyntaxError) -> TunnelMetadataMatch {
    guard let text else { return TunnelMetadataMatch(index: index, value: [0], mask: [0]) }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let value = try bytes(parts[0], index: index, at: offset)
    guard parts.count > 1 else { return TunnelMetadataMatch(index: index, value: value) }
    let mask = try bytes(parts[1], index: index, at: offset + parts[0].utf8.count + 1)
    let count = max(value.count, mask.count)
    return TunnelMetadataMatch(index: index, value: padded(value, to: count), mask: padded(mask, to: count))
  }

  private static func padded(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: count - bytes.count) + bytes
  }

  /// The bytes of a number, hexadecimal or, up to 64 bits, decimal; at least one.
  private static func bytes(
    _ text: Substring, index: UInt8, at offset: Int
  ) throws(FlowSyntaxError) -> [UInt8] {
    if text.lowercased().hasPrefix("0x") {
      let digits = text.utf8.dropFirst(2).compactMap(hexadecimalDigit)
      if digits.count == text.utf8.count - 2, !digits.isEmpty {
        let even = digits.count % 2 == 0 ? digits : [0] + digits
        let bytes = stride(from: 0, to: even.count, by: 2).map { UInt8(even[$0]) << 4 | UInt8(even[$0 + 1]) }
        let used = Array(bytes.drop { $0 == 0 })
        if used.count <= TunnelMetadataMatch.maximumByteCount { return used.isEmpty ? [0] : used }
      }
    } else if let number = NumberText.parse(text.utf8.span) {
      let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
      let used = Array(bytes.drop { $0 == 0 })
      return used.isEmpty ? [0] : used
    }
    throw FlowSyntaxError(
      .badValue(
        of: "tun_metadata\(index)", value: String(text),
        expected:
          "a number of at most \(TunnelMetadataMatch.maximumByteCount) bytes, decimal or 0x hexadecimal"),
      at: offset)
  }
}

extension TunnelMetadataMatch: CustomStringConvertible {
  /// The term, as it is read.
  public var description: String {
    if mask.allSatisfy({ $0 == 0 }) { return "tun_metadata\(index)" }
    var text = "tun_metadata\(index)=" + Self.hexadecimal(value)
    if isMasked { text += "/" + Self.hexadecimal(mask) }
    return text
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let used = bytes.drop { $0 == 0 }
    guard let first = used.first else { return "0" }
    var text = "0x" + String(first, radix: 16)
    for byte in used.dropFirst() { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return text
  }
}
