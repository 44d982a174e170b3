import TestKit

/// Choices for the generators of text, all from one seed.
struct RandomText {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func number(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
  mutating func bits() -> UInt64 { generator.next() }
  mutating func wideBits() -> UInt128 { UInt128(generator.next()) << 64 | UInt128(generator.next()) }
  mutating func oneIn(_ count: Int) -> Bool { number(count) == 0 }
  mutating func pick<T>(_ choices: [T]) -> T { choices[number(choices.count)] }

  /// A value of so many bits, small ones as likely as large ones, in decimal or hexadecimal.
  mutating func value(bits count: Int) -> String {
    let ones: UInt128 = count >= 128 ? ~0 : (1 << UInt128(count)) - 1
    var value = wideBits() & ones
    switch number(6) {
    case 0: value = UInt128(number(2))
    case 1, 2: value &= 0xff
    case 3: value = ones
    default: break
    }
    // One in many is too wide by a bit.
    if oneIn(200), count < 128 { value |= 1 << UInt128(count) }
    return spelled(value)
  }

  mutating func spelled(_ value: UInt128) -> String {
    if value <= UInt64.max, !oneIn(3) { return String(value) }
    let digits = String(value, radix: 16, uppercase: oneIn(5))
    return "0x" + (oneIn(8) ? "00" : "") + digits
  }

  mutating func mac() -> String {
    switch number(5) {
    case 0: return pick(["ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:80:c2:00:00:0e", "1:2:3:4:5:6"])
    default:
      return (0..<6).map { _ in hex([UInt8(number(256))]) }.joined(separator: ":")
    }
  }

  mutating func macMask() -> String {
    pick([
      "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:00:00:00:00", "fe:ff:ff:ff:ff:ff", "ff:ff:ff:00:00:00",
      mac(),
    ])
  }

  mutating func ipv4() -> String {
    switch number(6) {
    case 0: pick(["0.0.0.0", "255.255.255.255", "127.0.0.1", "10.0.0.1"])
    default: (0..<4).map { _ in String(number(256)) }.joined(separator: ".")
    }
  }

  mutating func ipv4Mask() -> String {
    switch number(3) {
    case 0: String(number(34))
    case 1: pick(["255.255.255.0", "255.255.255.255", "0.0.0.0", "255.0.255.0", "128.0.0.0"])
    default: ipv4()
    }
  }

  mutating func ipv6() -> String {
    switch number(8) {
    case 0: return "::"
    case 1: return "::1"
    case 2: return "fe80::" + String(number(65536), radix: 16)
    case 3: return "2001:db8::" + String(number(65536), radix: 16) + ":0:" + String(number(65536), radix: 16)
    case 4: return "::ffff:" + ipv4()
    case 5: return "ff02::1:ff00:0"
    default:
      return (0..<8).map { _ in String(oneIn(3) ? 0 : number(65536), radix: 16) }.joined(separator: ":")
    }
  }

  mutating func ipv6Mask() -> String {
    switch number(3) {
    case 0, 1: String(number(130))
    default: pick(["ffff::", "ffff:ffff::ffff", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ipv6()])
    }
  }

  mutating func port() -> String {
    switch number(8) {
    case 0: pick(["LOCAL", "local", "IN_PORT", "in_port", "NORMAL", "FLOOD", "ALL", "CONTROLLER", "TABLE"])
    case 1: pick(["ANY", "NONE", "UNSET", "0", "65279", "65280", "65534", "65535", "65536", "4294967294"])
    default: String(number(300))
    }
  }

  /// One of these with its separator, or with another one.
  mutating func separator() -> String { oneIn(12) ? pick([" ", ", ", "  ", ",,", "\t"]) : "," }
}
