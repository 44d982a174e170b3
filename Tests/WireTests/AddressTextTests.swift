import TestKit
import Testing
import Wire

@Suite struct AddressTextTests {
  @Test(arguments: [
    ("01:80:c2:00:00:0e", 0x0180_c200_000e as UInt64, "01:80:c2:00:00:0e"),
    ("1:2:3:4:5:6", 0x0102_0304_0506, "01:02:03:04:05:06"),
    ("FF:ff:Ff:0:0A:a", 0xffff_ff00_0a0a, "ff:ff:ff:00:0a:0a"),
  ])
  func macAddress(text: String, value: UInt64, printed: String) throws {
    let address = try #require(MACAddress(text))
    #expect(address.rawValue == value)
    #expect(address.description == printed)
  }

  @Test(arguments: [
    "", "1:2:3:4:5", "1:2:3:4:5:6:7", "1:2:3:4:5:", ":1:2:3:4:5", "1::2:3:4:5", "100:2:3:4:5:6",
    "g:2:3:4:5:6",
    "01-02-03-04-05-06", "1:2:3:4:5:6 ",
  ])
  func refusesMACAddress(text: String) { #expect(MACAddress(text) == nil) }

  @Test func groupBit() {
    #expect(MACAddress(rawValue: 0x0100_0000_0000).isMulticast)
    #expect(MACAddress.broadcast.isMulticast)
    #expect(!MACAddress(rawValue: 0x02ff_ffff_ffff).isMulticast)
  }

  @Test(arguments: [("192.0.2.1", 0xc000_0201 as UInt32), ("0.0.0.0", 0), ("255.255.255.255", 0xffff_ffff)])
  func ipv4Address(text: String, value: UInt32) throws {
    let address = try #require(IPv4Address(text))
    #expect(address.rawValue == value)
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4", "1.2.3.4 ", "1.2.3.a",
    "1.2.3.4294967297",
  ])
  func refusesIPv4Address(text: String) { #expect(IPv4Address(text) == nil) }

  /// The examples of RFC 5952 section 4, and forms with an IPv4 address as `inet_ntop` prints them.
  @Test(arguments: [
    ("2001:db8::1", "2001:db8::1"),
    ("2001:0db8::0001", "2001:db8::1"),
    ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:DB8::AAAA", "2001:db8::aaaa"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::1:2", "::0.1.0.2"), ("::192.0.2.1", "::192.0.2.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:0:0", "::ffff:0.0.0.0"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("fe80::", "fe80::"),
  ])
  func ipv6Address(text: String, printed: String) throws {
    let address = try #require(IPv6Address(text))
    #expect(address.description == printed)
    #expect(IPv6Address(printed) == address)
  }

  @Test func ipv6AddressValue() {
    #expect(IPv6Address("2001:db8::1")?.rawValue == 0x2001_0db8_0000_0000_0000_0000_0000_0001)
    #expect(IPv6Address("::")?.rawValue == 0)
    #expect(IPv6Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")?.rawValue == ~0)
  }

  @Test(arguments: [
    "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8", "1:", ":1", "1::2:", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "g::",
    "fe80::1%eth0", "1.2.3.4",
  ])
  func refusesIPv6Address(text: String) { #expect(IPv6Address(text) == nil) }

  @Test func everyAddressReadsBack() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let mac = MACAddress(rawValue: random.next())
      if MACAddress(mac.description) != mac { Issue.record("\(mac)") }
      let ipv4 = IPv4Address(rawValue: UInt32(truncatingIfNeeded: random.next()))
      if IPv4Address(ipv4.description) != ipv4 { Issue.record("\(ipv4)") }
      // Groups are 0 half of the time, so that runs of zeros of all lengths and places occur.
      var value: UInt128 = 0
      for _ in 0..<8 { value = value << 16 | UInt128(random.next() % 2 == 0 ? 0 : random.next() >> 48) }
      let ipv6 = IPv6Address(rawValue: value)
      if IPv6Address(ipv6.description) != ipv6 { Issue.record("\(ipv6)") }
    }
  }
}
