import Bytes
import Match

/// A match on the wire as text: `NXM_OF_ETH_TYPE(0800), NXM_OF_IP_SRC_W(c0a80000/ffff0000)`, each entry with the
/// bytes of its value and mask in hexadecimal; `<any>` for no entry. What Open vSwitch's tests and logs use.
enum NXMText {
  private static let cookieName = "NXM_NX_COOKIE"
  private static let cookieHeader = OXMHeader(rawValue: 0x0001_3c08)

  /// The entries that `text` spells, as bytes.
  static func bytes(_ text: String) throws(OfctlError) -> [UInt8] {
    guard text != "<any>" else { return [] }
    var writer = ByteWriter()
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == "," || $0.isWhitespace }
      guard !rest.isEmpty else { return writer.bytes }
      guard let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") else {
        throw OfctlError("\(text): '\(rest)' is not NAME(VALUE) or NAME_W(VALUE/MASK)")
      }
      let name = String(rest[..<open])
      guard let header = header(named: name) else {
        throw OfctlError("\(text): unknown field '\(name)'")
      }
      let parts = rest[rest.index(after: open)..<close].split(
        separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let payload: [UInt8] = try explaining(name) { try parts.flatMap(Hexadecimal.bytes) }
      let isComplete = payload.count == header.payloadByteCount && (parts.count == 2) == header.hasMask
      guard isComplete else {
        let mask = header.hasMask ? " and as many of mask" : ""
        let count = header.payloadByteCount / (header.hasMask ? 2 : 1)
        throw OfctlError("\(text): \(name) needs \(count) bytes of value\(mask)")
      }
      header.encode(to: &writer)
      writer.write(payload)
      rest = rest[rest.index(after: close)...]
    }
  }

  /// A field's header by name, with a mask for `_W`, or by its 32 bits in hexadecimal.
  private static func header(named name: String) -> OXMHeader? {
    if name.utf8.count == 8, let number = UInt32(name, radix: 16), number >> 16 != 0xffff {
      return OXMHeader(rawValue: number)
    }
    let isMasked = name.hasSuffix("_W")
    let plain = isMasked ? String(name.dropLast(2)) : name
    guard let exact = plain == cookieName ? cookieHeader : exactHeader(named: plain) else { return nil }
    if isMasked, Field.of(exact)?.maskRule == .exact { return nil }
    return isMasked ? exact.masked : exact
  }

  private static func exactHeader(named name: String) -> OXMHeader? {
    guard let field = Field.namedOnWire(name) else { return nil }
    return field.header(in: name.hasPrefix("OXM_") ? .v15 : .v10)
  }

  /// The text of entries; what comes behind an entry that cannot be read is left out.
  static func text(_ bytes: [UInt8]) -> String {
    var reader = ByteReader(bytes[...])
    var words: [String] = []
    while !reader.isEmpty {
      guard let header = try? OXMHeader(from: &reader),
        let payload = try? reader.take(header.payloadByteCount)
      else { break }
      let half = header.hasMask ? payload.count / 2 : payload.count
      let value = payload.prefix(half).map(Hexadecimal.text).joined()
      let mask = header.hasMask ? "/" + payload.suffix(half).map(Hexadecimal.text).joined() : ""
      words.append("\(name(of: header))(\(value)\(mask))")
    }
    return words.isEmpty ? "<any>" : words.joined(separator: ", ")
  }

  private static func name(of header: OXMHeader) -> String {
    let suffix = header.hasMask ? "_W" : ""
    if header.exact == cookieHeader { return cookieName + suffix }
    guard let field = Field.of(header) else { return Hexadecimal.text(header.rawValue, digits: 8) }
    let names = header.rawValue >> 16 < 2 ? [field.nxmName, field.oxmName] : [field.oxmName, field.nxmName]
    return (names.compactMap(\.self).first ?? field.name) + suffix
  }

  /// The entries without those of unknown fields.
  static func withoutUnknown(_ bytes: [UInt8]) -> [UInt8] {
    var reader = ByteReader(bytes[...])
    var result: [UInt8] = []
    while !reader.isEmpty {
      let start = reader.remaining
      guard let header = try? OXMHeader(from: &reader), (try? reader.take(header.payloadByteCount)) != nil
      else { return result + start }
      guard Field.of(header) != nil || header.exact == cookieHeader else { continue }
      result += start.prefix(start.count - reader.count)
    }
    return result
  }
}
