import Wire

/// Reads the integers of flow texts: decimal, or hexadecimal with `0x`.
public enum NumberText {
  /// The number that all of `text` spells, or `nil`. Leading zeros are refused: some tools read them as octal.
  public static func parse(_ text: borrowing Span<UInt8>) -> UInt64? {
    guard text.count > 0 else { return nil }
    if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] | 0x20 == UInt8(ascii: "x") {
      return parseHexadecimal(text)
    }
    guard text.count == 1 || text[0] != UInt8(ascii: "0") else { return nil }
    var value: UInt64 = 0
    for i in text.indices {
      let digit = text[i] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  private static func parseHexadecimal(_ text: borrowing Span<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for i in 2..<text.count {
      guard let digit = hexadecimalDigit(text[i]) else { return nil }
      guard value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// The number of up to 128 bits that `text` spells in hexadecimal, or `nil`.
  static func parseHexadecimal128(_ text: borrowing Span<UInt8>) -> UInt128? {
    guard text.count > 2, text[0] == UInt8(ascii: "0"), text[1] | 0x20 == UInt8(ascii: "x") else {
      return nil
    }
    var value: UInt128 = 0
    for i in 2..<text.count {
      guard let digit = hexadecimalDigit(text[i]), value >> 124 == 0 else { return nil }
      value = value << 4 | UInt128(digit)
    }
    return value
  }

  /// The number that `text` spells, within `allowed`.
  ///
  /// - Parameters:
  ///   - text: all of the value.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - subject: whose value it is, for the error.
  ///   - allowed: the values that it may have.
  /// - Throws: `FlowSyntaxError` when `text` is no number or one that is not allowed.
  public static func parse(
    _ text: borrowing Span<UInt8>, at offset: Int, of subject: String, in allowed: ClosedRange<UInt64>
  ) throws(FlowSyntaxError) -> UInt64 {
    if let value = parse(text), allowed.contains(value) { return value }
    throw FlowSyntaxError(refusal(of: String(copying: text), subject, allowed), at: offset)
  }

  /// The same for a part of a string.
  public static func parse(
    _ text: Substring, at offset: Int, of subject: String, in allowed: ClosedRange<UInt64>
  ) throws(FlowSyntaxError) -> UInt64 {
    try parse(text.utf8.span, at: offset, of: subject, in: allowed)
  }

  private static func refusal(
    of text: String, _ subject: String, _ allowed: ClosedRange<UInt64>
  ) -> FlowSyntaxError.Reason {
    let expected = "a number from \(allowed.lowerBound) to \(allowed.upperBound)"
    if text.isEmpty { return .missingValue(of: subject, expected: expected) }
    let isDecimal =
      !text.hasPrefix("0")
      && text.utf8.allSatisfy { byte in
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      }
    if isDecimal || parse(text.utf8.span) != nil {
      return .outOfRange(of: subject, value: text, allowed: allowed)
    }
    return .badValue(of: subject, value: text, expected: "\(expected), decimal or 0x hexadecimal")
  }
}

extension String {
  /// A copy of UTF-8; what is not valid becomes U+FFFD.
  package init(copying utf8: borrowing Span<UInt8>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for i in utf8.indices { bytes.append(utf8[i]) }
    self.init(decoding: bytes, as: UTF8.self)
  }

  /// Appends `value` in hexadecimal after `0x`; 0 is just `0`.
  package mutating func appendHexadecimalOrZero(_ value: some BinaryInteger) {
    if value == 0 { self += "0" } else { appendHexadecimal(value) }
  }

  /// Appends `value` in hexadecimal after `0x`, with at least `digits` digits.
  package mutating func appendHexadecimal(_ value: some BinaryInteger, digits: Int = 1) {
    let spelled = String(value, radix: 16)
    self += "0x"
    for _ in 0..<max(0, digits - spelled.utf8.count) { self += "0" }
    self += spelled
  }
}
