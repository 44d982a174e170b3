import Wire

/// A field's values as text: what `key=value` of a match and `set_field` have in common.
extension Field {
  /// The value and mask that `text` spells, right-justified; the mask is all ones where none is given, and the
  /// value has no bit outside it.
  ///
  /// Integers are decimal or hexadecimal whatever the field prints as. A mask follows `/`: of the same form as
  /// the value, for IP addresses also a prefix length. `tcp_flags` takes `+syn-ack` (set, unset, others do not
  /// matter) and `syn|ack` (just these), so do `ct_state` and `tun_flags`; `ip_frag` takes `no`, `yes`, `first`, `later`, `not_later`.
  ///
  /// - Parameters:
  ///   - text: what stands behind `=`.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowSyntaxError` when `text` is no value of the field, or has a mask and the field takes none.
  public func parse(
    _ text: Substring, at offset: Int, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) -> (value: UInt128, mask: UInt128) {
    try parse(text.utf8.span, at: offset, ports: ports)
  }

  /// The same from UTF-8.
  public func parse(
    _ text: borrowing Span<UInt8>, at offset: Int, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) -> (value: UInt128, mask: UInt128) {
    // The other bits of `ct_state` are no flags.
    let ones = format == .connectionState ? UInt128(ConnectionStateText.all) : allOnes
    switch format {
    case .port, .widePort:
      let port = try PortNumber.parse(text, at: offset, of: name, ports: ports)
      return (format == .port ? UInt128(port.rawValue) : UInt128(port.wide), ones)
    case .fragment:
      if let word = FragmentText.parse(text) { return (UInt128(word.value), UInt128(word.mask)) }
    case .packetType:
      guard let type = PacketTypeText.parse(text) else {
        throw refusal(of: text, at: offset, expected: PacketTypeText.expectation)
      }
      return (UInt128(type), ones)
    case .tcpFlags, .connectionState, .tunnelFlags:
      if let flags, FlagsText.isSpelledOut(text) {
        let (value, mask) = try flags.parse(text, at: offset)
        return (UInt128(value), UInt128(mask))
      }
    case .decimal, .hexadecimal, .mac, .ipv4, .ipv6, .tci: break
    }
    guard let slash = text.indices.first(where: { text[$0] == UInt8(ascii: "/") }) else {
      return (try parseValue(text, at: offset), ones)
    }
    let value = try parseValue(text.extracting(..<slash), at: offset)
    let mask = try parseMask(text.extracting((slash + 1)...), at: offset + slash + 1)
    guard maskRule == .any || mask == ones else {
      throw FlowSyntaxError(.maskNotAllowed(of: name), at: offset + slash)
    }
    return (value & mask, mask)
  }

  /// A value of the field in the bits of `mask`, as Open vSwitch prints it in `set_field`. Without the mask when
  /// it is all ones.
  public func format(value: UInt128, mask: UInt128) -> String {
    var text = ""
    append(value: value, mask: mask, to: &text)
    return text
  }

  /// Appends what `format(value:mask:)` returns.
  func append(value: UInt128, mask: UInt128, to text: inout String) {
    let isExact = mask == allOnes
    switch format {
    case .mac:
      text += MACAddress(rawValue: UInt64(value)).description
      if !isExact { text += "/\(MACAddress(rawValue: UInt64(mask)))" }
    case .ipv4:
      text += IPv4Address(rawValue: UInt32(value)).description
      if !isExact {
        text += "/" + (Self.prefixLength(mask, of: 32) ?? IPv4Address(rawValue: UInt32(mask)).description)
      }
    case .ipv6:
      text += IPv6Address(rawValue: value).description
      if !isExact {
        text += "/" + (Self.prefixLength(mask, of: 128) ?? IPv6Address(rawValue: mask).description)
      }
    case .tcpFlags, .connectionState, .tunnelFlags:
      guard let flags else { break }
      text += flags.format(
        value: UInt32(truncatingIfNeeded: value), mask: UInt32(truncatingIfNeeded: mask) & flags.all)
    case .packetType: text += PacketTypeText.format(UInt32(truncatingIfNeeded: value))
    case .widePort:
      text += PortNumber(wide: UInt32(truncatingIfNeeded: value))?.description ?? String(value)
    case .fragment:
      text += FragmentText.format(value: UInt8(value), mask: UInt8(mask)) ?? "\(value)/\(mask)"
    case .port: text += PortNumber(rawValue: UInt16(value)).description
    case .decimal, .hexadecimal, .tci:
      if format == .decimal { text += String(value) } else { text.appendHexadecimalOrZero(value) }
      if !isExact {
        text += "/"
        text.appendHexadecimalOrZero(mask)
      }
    }
  }

  /// The names of the field's bits, if they have any.
  private var flags: FlagsText? {
    switch format {
    case .tcpFlags: TCPFlagsText.flags
    case .connectionState: ConnectionStateText.flags
    case .tunnelFlags: TunnelFlagsText.flags
    default: nil
    }
  }

  /// The length of the prefix that `mask` is, or `nil` when it is none.
  private static func prefixLength(_ mask: UInt128, of bits: Int) -> String? {
    let length = bits - mask.trailingZeroBitCount
    guard mask != 0 else { return "0" }
    return mask.nonzeroBitCount == length ? String(length) : nil
  }

  private func parseValue(_ text: borrowing Span<UInt8>, at offset: Int) throws(FlowSyntaxError) -> UInt128 {
    switch format {
    case .mac:
      if let address = MACAddress(text) { return UInt128(address.rawValue) }
      throw refusal(of: text, at: offset, expected: "an Ethernet address like 01:23:45:67:89:ab")
    case .ipv4:
      if let address = IPv4Address(text) { return UInt128(address.rawValue) }
      throw refusal(of: text, at: offset, expected: "an IPv4 address like 192.0.2.1")
    case .ipv6:
      if let address = IPv6Address(text) { return address.rawValue }
      throw refusal(of: text, at: offset, expected: "an IPv6 address like 2001:db8::1")
    case .fragment:
      if let value = NumberText.parse(text), value <= UInt64(allOnes) { return UInt128(value) }
      throw refusal(of: text, at: offset, expected: FragmentText.alternatives)
    case .connectionState:
      return UInt128(
        try NumberText.parse(text, at: offset, of: name, in: 0...UInt64(ConnectionStateText.all)))
    case .decimal, .hexadecimal, .tcpFlags, .tci, .tunnelFlags, .port, .widePort, .packetType:
      if bits > 64, let wide = NumberText.parseHexadecimal128(text) { return wide }
      return UInt128(
        try NumberText.parse(text, at: offset, of: name, in: 0...UInt64(clamping: allOnes)))
    }
  }

  private func parseMask(_ text: borrowing Span<UInt8>, at offset: Int) throws(FlowSyntaxError) -> UInt128 {
    guard format == .ipv4 || format == .ipv6, let length = NumberText.parse(text) else {
      return try parseValue(text, at: offset)
    }
    guard length <= UInt64(bits) else {
      throw FlowSyntaxError(
        .outOfRange(of: "\(name) prefix length", value: String(length), allowed: 0...UInt64(bits)), at: offset
      )
    }
    return length == 0 ? 0 : allOnes & ~((1 << (UInt128(bits) - UInt128(length))) - 1)
  }

  private func refusal(
    of text: borrowing Span<UInt8>, at offset: Int, expected: String
  ) -> FlowSyntaxError {
    if text.isEmpty { return FlowSyntaxError(.missingValue(of: name, expected: expected), at: offset) }
    return FlowSyntaxError(.badValue(of: name, value: String(copying: text), expected: expected), at: offset)
  }
}
