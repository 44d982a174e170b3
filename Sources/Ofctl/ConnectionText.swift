import OpenFlow
import Wire

/// One direction of tracked connections as text: `ct_nw_src=10.1.1.1,ct_nw_proto=6,ct_tp_dst=80`.
enum ConnectionText {
  private static let keys = [
    "ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst", "ct_nw_proto", "ct_tp_src", "ct_tp_dst",
    "icmp_type", "icmp_code", "icmp_id",
  ]

  /// The direction; its protocol, of which a connection has one, goes to `ipProtocol`.
  static func parse(_ text: String, _ ipProtocol: inout UInt8) throws(OfctlError) -> CTFlush.Tuple {
    var tuple = CTFlush.Tuple()
    var families: Set<Bool> = []
    for (key, value) in KeyValueText.pairs(in: text) {
      switch key {
      case "ct_nw_src", "ct_nw_dst":
        guard let address = IPv4Address(value.utf8.span) else {
          throw OfctlError("\(key): '\(value)' is not an IPv4 address")
        }
        set(0xffff_0000_0000 | UInt128(address.rawValue), key == "ct_nw_src", &tuple)
        families.insert(false)
      case "ct_ipv6_src", "ct_ipv6_dst":
        guard let address = IPv6Address(value.utf8.span) else {
          throw OfctlError("\(key): '\(value)' is not an IPv6 address")
        }
        set(address.rawValue, key == "ct_ipv6_src", &tuple)
        families.insert(true)
      case "ct_nw_proto":
        let number = try number(value, of: key, UInt8.self)
        guard ipProtocol == 0 || ipProtocol == number else {
          throw OfctlError("ct_nw_proto=\(value): the other direction has \(ipProtocol)")
        }
        ipProtocol = number
      case "ct_tp_src": tuple.sourcePort = try number(value, of: key, UInt16.self)
      case "ct_tp_dst": tuple.destinationPort = try number(value, of: key, UInt16.self)
      case "icmp_type": tuple.icmpType = try number(value, of: key, UInt8.self)
      case "icmp_code": tuple.icmpCode = try number(value, of: key, UInt8.self)
      case "icmp_id": tuple.icmpID = try number(value, of: key, UInt16.self)
      default: throw OfctlError(unknown("field of a connection", key, among: keys))
      }
    }
    guard families.count < 2 else { throw OfctlError("'\(text)': addresses of IPv4 and of IPv6") }
    return tuple
  }

  private static func set(_ address: UInt128, _ isSource: Bool, _ tuple: inout CTFlush.Tuple) {
    if isSource { tuple.source = address } else { tuple.destination = address }
  }

  static func number<Number: FixedWidthInteger>(
    _ text: String, of name: String, _ type: Number.Type
  ) throws(OfctlError) -> Number {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    guard let number = Number(digits, radix: isHexadecimal ? 16 : 10), number >= 0 else {
      throw OfctlError("\(name): '\(text)' is not a number from 0 to \(Number.max)")
    }
    return number
  }
}
