import Bytes
import Match

/// `check-vlan TCI MASK`: how a match on the VLAN tag fares in each form in which a match can be sent.
enum CheckVLAN: OfctlCommand {
  static let name = "check-vlan"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let value = try number(call[0])
    let mask = try number(call[1])
    guard let tci = Field.named("vlan_tci"), value & ~mask == 0 else {
      throw OfctlError("\(call[0]): has ones outside the mask")
    }
    var key = FlowKey()
    var bits = FlowKey()
    tci.store(UInt128(value), in: &key)
    tci.store(UInt128(mask), in: &bits)
    let match = FlowMatch(key: key, mask: bits)
    let text = "\(match)"
    call.line("\(text) -> " + back { () throws(FlowSyntaxError) in try FlowMatch(parsing: text[...]) })

    let nxm = match.encodedNXM()
    call.line("NXM: \(NXMText.text(nxm)) -> " + back { () throws(OpenFlowError) in try decode(nxm) })

    let oxm = match.encodedOXM()
    call.line("OXM: \(NXMText.text(oxm)) -> " + identifierAndPriority(oxm))

    showFixed(call, match)
  }

  /// The forms of 1.0 and 1.1, which have a place for each field and a word of wildcards.
  private static func showFixed(_ call: OfctlCall, _ match: FlowMatch) {
    var writer = ByteWriter()
    match.encode10(to: &writer)
    var reader = ByteReader(writer.bytes[...])
    let form10 = form(writer.bytes, wildcards: 0, identifier: 18, identifierBit: 1, priorityBit: 20)
    call.line("OF1.0: \(form10) -> " + back { () throws(OpenFlowError) in try FlowMatch(v10: &reader) })

    writer = ByteWriter()
    match.encode11(to: &writer)
    reader = ByteReader(writer.bytes[...])
    let form11 = form(writer.bytes, wildcards: 8, identifier: 36, identifierBit: 1, priorityBit: 2)
    call.line("OF1.1: \(form11) -> " + back { () throws(OpenFlowError) in try FlowMatch(v11: &reader) })
  }

  /// VLAN identifier and whether it is a wildcard, priority and whether it is one. The priority is the byte
  /// behind the identifier.
  private static func form(
    _ bytes: [UInt8], wildcards: Int, identifier: Int, identifierBit: UInt32, priorityBit: UInt32
  ) -> String {
    let bits = bytes[wildcards..<wildcards + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let vlan = bytes[identifier..<identifier + 2].reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
    return """
      \(Hexadecimal.text(vlan, digits: 4))/\(bits >> identifierBit & 1),\
      \(Hexadecimal.text(bytes[identifier + 2]))/\(bits >> priorityBit & 1)
      """
  }

  private static func number(_ text: String) throws(OfctlError) -> UInt16 {
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    guard let value = UInt16(digits, radix: text.hasPrefix("0x") ? 16 : 10) else {
      throw OfctlError("'\(text)' is not a number from 0 to 0xffff")
    }
    return value
  }

  private static func decode(_ bytes: [UInt8]) throws(OpenFlowError) -> FlowMatch {
    try FlowMatch.decodeNXM(bytes[...]).match
  }

  /// The TCI and its mask after the way there and back, or what is wrong with the form.
  private static func back(_ match: () throws -> FlowMatch) -> String {
    do {
      let match = try match()
      guard let tci = Field.named("vlan_tci") else { return "" }
      let value = Hexadecimal.text(tci.value(in: match.key), digits: 4)
      return "\(value)/\(Hexadecimal.text(tci.value(in: match.mask), digits: 4))"
    } catch let error as OpenFlowError {
      return error.code.rawValue
    } catch {
      return "\(error)"
    }
  }

  /// What OXM's two fields are after the way there and back; `--` for a priority that it does not say.
  private static func identifierAndPriority(_ bytes: [UInt8]) -> String {
    do throws(OpenFlowError) {
      let match = try decode(bytes)
      guard let tci = Field.named("vlan_tci") else { return "" }
      let (value, mask) = (tci.value(in: match.key), tci.value(in: match.mask))
      let priority = mask & 0xe000 == 0 ? "--" : Hexadecimal.text(UInt8(value >> 13))
      let identifier = Hexadecimal.text(value & 0x1fff, digits: 4)
      return "\(identifier)/\(Hexadecimal.text(mask & 0x1fff, digits: 4)),\(priority)"
    } catch {
      return error.code.rawValue
    }
  }
}
