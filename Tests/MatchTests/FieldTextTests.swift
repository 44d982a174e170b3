import Match
import TestKit
import Testing

@Suite struct FieldTextTests {
  struct Case: CustomTestStringConvertible {
    var field: String
    var text: String
    var value: UInt128
    var mask: UInt128
    var printed: String
    var testDescription: String { "\(field)=\(text)" }

    init(_ field: String, _ text: String, _ value: UInt128, _ mask: UInt128, _ printed: String) {
      self.field = field
      self.text = text
      self.value = value
      self.mask = mask
      self.printed = printed
    }
  }

  /// Printed forms are those of `set_field` in ovs-ofctl 3.1.
  @Test(arguments: [
    Case("tcp_src", "80", 80, 0xffff, "80"),
    Case("tcp_src", "0x50", 80, 0xffff, "80"),
    Case("tcp_src", "80/0xff", 80, 0xff, "80/0xff"),
    Case("reg0", "5", 5, 0xffff_ffff, "0x5"),
    Case("reg0", "0", 0, 0xffff_ffff, "0"),
    Case("reg0", "0/0xf1", 0, 0xf1, "0/0xf1"),
    Case("reg0", "0xff/0xf0", 0xf0, 0xf0, "0xf0/0xf0"),
    Case(
      "metadata", "0xFFFFFFFFFFFFFFFF", 0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, "0xffffffffffffffff"),
    Case("vlan_tci", "0x1005", 0x1005, 0xffff, "0x1005"),
    Case("vlan_vid", "4101", 4101, 0x1fff, "4101"),
    Case("eth_src", "1:2:3:4:5:6", 0x0102_0304_0506, 0xffff_ffff_ffff, "01:02:03:04:05:06"),
    Case(
      "eth_src", "1:2:3:4:5:6/ff:0:0:0:0:0", 0x0100_0000_0000, 0xff00_0000_0000,
      "01:00:00:00:00:00/ff:00:00:00:00:00"),
    Case("ip_src", "10.1.2.3/8", 0x0a00_0000, 0xff00_0000, "10.0.0.0/8"),
    Case("ip_src", "10.1.2.3/255.255.0.0", 0x0a01_0000, 0xffff_0000, "10.1.0.0/16"),
    Case("ip_src", "10.1.2.3/255.0.255.0", 0x0a00_0200, 0xff00_ff00, "10.0.2.0/255.0.255.0"),
    Case("ip_src", "10.1.2.3/0", 0, 0, "0.0.0.0/0"),
    Case("ip_src", "10.1.2.3/32", 0x0a01_0203, 0xffff_ffff, "10.1.2.3"),
    Case("ipv6_src", "1::5/16", 1 << 112, 0xffff << 112, "1::/16"),
    Case("ipv6_src", "1::5/128", 1 << 112 | 5, ~0, "1::5"),
    Case("ipv6_src", "1::5/ffff::ffff", 1 << 112 | 5, 0xffff << 112 | 0xffff, "1::5/ffff::ffff"),
    Case("ipv6_label", "5", 5, 0xfffff, "0x5"),
    Case("in_port", "1", 1, 0xffff, "1"),
    Case("in_port", "local", 0xfffe, 0xffff, "LOCAL"),
    Case("in_port", "65534", 0xfffe, 0xffff, "LOCAL"),
    Case("in_port", "4294967294", 0xfffe, 0xffff, "LOCAL"),
    Case("in_port", "tap0", 7, 0xffff, "7"),
    Case("in_port", "\"s1-eth1\"", 8, 0xffff, "8"),
    Case("ip_frag", "not_later", 0, 2, "not_later"),
    Case("ip_frag", "YES", 1, 1, "yes"),
    Case("tcp_flags", "+syn-ack", 2, 0x12, "+syn-ack"),
    Case("tcp_flags", "syn|ack", 0x12, 0xfff, "syn|ack"),
    Case("tcp_flags", "0x200/0x200", 0x200, 0x200, "+[200]"),
    Case("nw_tos", "33", 33, 0xff, "33"),
  ])
  func parsesAndPrints(_ row: Case) throws {
    let field = try #require(Field.named(row.field))
    let parsed = try field.parse(row.text[...], at: 0) { ["tap0": 7, "s1-eth1": 8][$0].map(PortNumber.init) }
    #expect(parsed.value == row.value)
    #expect(parsed.mask == row.mask)
    #expect(field.format(value: parsed.value, mask: parsed.mask) == row.printed)
  }

  @Test(arguments: [
    ("tcp_dst", "65536", "tcp_dst: 65536 is out of range (0 to 65535)", 10),
    ("tcp_dst", "http", "tcp_dst: 'http' is not a number from 0 to 65535, decimal or 0x hexadecimal", 10),
    ("tcp_dst", "010", "tcp_dst: '010' is not a number from 0 to 65535, decimal or 0x hexadecimal", 10),
    ("tcp_dst", "", "tcp_dst: a value is missing; expected a number from 0 to 65535", 10),
    ("tcp_dst", "80/", "tcp_dst: a value is missing; expected a number from 0 to 65535", 13),
    ("tcp_dst", "80/8/8", "tcp_dst: '8/8' is not a number from 0 to 65535, decimal or 0x hexadecimal", 13),
    (
      "metadata", "18446744073709551616",
      "metadata: 18446744073709551616 is out of range (0 to 18446744073709551615)", 10
    ),
    ("nw_ttl", "5/7", "nw_ttl takes no mask", 11),
    ("eth_src", "1:2:3", "eth_src: '1:2:3' is not an Ethernet address like 01:23:45:67:89:ab", 10),
    ("ip_src", "1.2.3", "ip_src: '1.2.3' is not an IPv4 address like 192.0.2.1", 10),
    ("ip_src", "1.2.3.4/33", "ip_src prefix length: 33 is out of range (0 to 32)", 18),
    ("ip_src", "1.2.3.4/8.8", "ip_src: '8.8' is not an IPv4 address like 192.0.2.1", 18),
    ("ipv6_src", "1::/129", "ipv6_src prefix length: 129 is out of range (0 to 128)", 14),
    ("ipv6_src", "1::/ffff", "ipv6_src: 'ffff' is not an IPv6 address like 2001:db8::1", 14),
    ("ip_frag", "nope", "ip_frag: 'nope' is not no, yes, first, later or not_later", 10),
    ("tcp_flags", "+sin", "unknown TCP flag 'sin'; did you mean 'fin'?", 11),
    ("tcp_flags", "+syn-syn", "tcp_flags: syn is given twice", 15),
    ("tcp_flags", "syn|", "tcp_flags: a value is missing; expected a flag after |", 14),
    ("tcp_flags", "0x1000", "tcp_flags: 0x1000 is out of range (0 to 4095)", 10),
    ("in_port", "70000", "in_port: 70000 is out of range (0 to 65535)", 10),
    ("in_port", "locl", "unknown port 'locl'; did you mean 'LOCAL'?", 10),
    ("in_port", "\"tap0", "unknown port '\"tap0'", 10),
    ("in_port", "5/7", "unknown port '5/7'", 10),
  ])
  func explainsItself(name: String, text: String, message: String, offset: Int) throws {
    let field = try #require(Field.named(name))
    let error = #expect(throws: FlowSyntaxError.self) { try field.parse(text[...], at: 10) }
    #expect(error?.description == message)
    #expect(error?.offset == offset)
  }

  @Test(arguments: Field.all.filter { !$0.hasVariableLength }.map(\.name))
  func everyValueReadsBack(name: String) throws {
    let field = try #require(Field.named(name))
    var random = SeededGenerator(seed: 7)
    for round in 0..<200 {
      let bits = field.arbitraryValue(using: &random)
      var mask = field.allOnes
      if field.maskRule == .any, round % 2 == 1 {
        mask &= UInt128(random.next()) << 64 | UInt128(random.next())
        if round % 4 == 3 { mask = field.allOnes & ~((1 << UInt128(round / 4 % field.bits)) - 1) }
      }
      if field.format == .connectionState { mask &= 0xff }
      let value = bits & mask
      let text = field.format(value: value, mask: mask)
      let parsed = try field.parse(text[...], at: 0)
      if parsed.value != value || parsed.mask != mask {
        Issue.record("\(name): \(value)/\(mask) printed as \(text), read as \(parsed)")
      }
    }
  }
}
