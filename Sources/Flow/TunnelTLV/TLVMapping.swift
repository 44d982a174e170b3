public import Match

/// Which option of a tunnel header (Geneve's, mostly) a `tun_metadata` field stands for.
public struct TLVMapping: Hashable, Sendable {
  /// RFC 8926 section 3.5: who defines the option.
  public var optionClass: UInt16
  public var type: UInt8
  /// Bytes of the option's value: a multiple of 4, at most 124.
  public var byteCount: UInt8
  /// The number of the field, 0 to 63.
  public var field: UInt16

  public init(optionClass: UInt16, type: UInt8, byteCount: UInt8, field: UInt16) {
    self.optionClass = optionClass
    self.type = type
    self.byteCount = byteCount
    self.field = field
  }

  /// How many fields there are, and the longest value in bytes.
  public static var fieldCount: UInt16 { 64 }
  public static var maximumByteCount: UInt8 { 124 }
}

extension TLVMapping: CustomStringConvertible {
  /// As `add-tlv-map` takes it.
  public var description: String {
    "{class=0x\(String(optionClass, radix: 16)),type=0x\(String(type, radix: 16)),len=\(byteCount)}"
      + "->tun_metadata\(field)"
  }
}

extension TLVMapping {
  /// The mappings that `text` spells, `{class=0xffff,type=0,len=4}->tun_metadata0`, with commas between them.
  ///
  /// - Parameters:
  ///   - text: all of the list, perhaps nothing.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  /// - Throws: `FlowSyntaxError` when `text` is no such list.
  public static func parse(
    list text: Substring, at offset: Int = 0
  ) throws(FlowSyntaxError) -> [TLVMapping] {
    var mappings: [TLVMapping] = []
    var rest = text
    func place() -> Int { offset + text.utf8.count - rest.utf8.count }
    while true {
      rest = rest.drop { $0 == "," || $0.isWhitespace }
      guard !rest.isEmpty else { return mappings }
      guard rest.first == "{", let end = rest.firstIndex(of: "}") else {
        let expected = "a mapping like {class=0xffff,type=0,len=4}->tun_metadata0"
        throw FlowSyntaxError(
          .badValue(of: "tlv-map", value: String(rest), expected: expected), at: place())
      }
      var keys = Keys()
      var scanner = KeyValueScanner(
        KeyValueScanner.Piece(text: rest[..<end].dropFirst(), offset: place() + 1))
      while let word = scanner.next() { try keys.take(word) }
      rest = rest[end...].dropFirst()
      mappings.append(try keys.mapping(at: place(), field: try takeField(&rest, at: place())))
    }
  }

  /// Reads `->tun_metadata5`.
  private static func takeField(
    _ rest: inout Substring, at offset: Int
  ) throws(FlowSyntaxError) -> UInt16 {
    let prefix = "->tun_metadata"
    let word = rest.prefix { $0 != "," && !$0.isWhitespace }
    rest = rest[word.endIndex...]
    guard word.hasPrefix(prefix) else {
      throw FlowSyntaxError(
        .missing("'\(prefix)'", because: "say which field the option becomes"), at: offset)
    }
    return UInt16(
      try NumberText.parse(
        word.dropFirst(prefix.count), at: offset + prefix.utf8.count, of: "tun_metadata",
        in: 0...UInt64(fieldCount - 1)))
  }

  private struct Keys {
    private var optionClass: UInt64?
    private var type: UInt64?
    private var byteCount: UInt64?

    mutating func take(_ word: KeyValueScanner.Word) throws(FlowSyntaxError) {
      let key = String(word.key.text)
      func number(upTo maximum: UInt64) throws(FlowSyntaxError) -> UInt64 {
        let value = try word.value(expected: "a number")
        return try NumberText.parse(value.text, at: value.offset, of: key, in: 0...maximum)
      }
      switch key {
      case "class": optionClass = try number(upTo: 0xffff)
      case "type": type = try number(upTo: 0xff)
      case "len":
        let count = try number(upTo: UInt64(maximumByteCount))
        guard count > 0, count % 4 == 0 else {
          throw FlowSyntaxError(
            .badValue(of: key, value: String(count), expected: "a multiple of 4 from 4 to 124"),
            at: word.valueOffset)
        }
        byteCount = count
      default:
        throw FlowSyntaxError(
          .unknown(
            kind: "key of a mapping", name: key,
            nearest: nearestName(to: key, among: ["class", "type", "len"])),
          at: word.key.offset)
      }
    }

    func mapping(at end: Int, field: UInt16) throws(FlowSyntaxError) -> TLVMapping {
      guard let optionClass, let type, let byteCount else {
        throw FlowSyntaxError(
          .missing("class=, type= or len=", because: "all three say which option it is"), at: end)
      }
      return TLVMapping(
        optionClass: UInt16(optionClass), type: UInt8(type), byteCount: UInt8(byteCount), field: field)
    }
  }
}
