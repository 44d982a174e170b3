import Bytes
import TestKit
import Testing
import Wire

/// The sum as RFC 1071 defines it, one word after the other.
private func twin(_ bytes: [UInt8]) -> UInt16 {
  var sum = 0
  for i in stride(from: 0, to: bytes.count, by: 2) {
    sum += Int(bytes[i]) << 8 + (i + 1 < bytes.count ? Int(bytes[i + 1]) : 0)
    sum = (sum & 0xffff) + (sum >> 16)
  }
  return UInt16(sum)
}

private func sum(_ bytes: [UInt8]) -> UInt16 { InternetChecksum.sum(bytes.rawSpan) }

@Suite struct InternetChecksumTests {
  @Test func addsTheExampleOfRFC1071() {
    let total = sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])
    #expect(total == 0xddf2)
    let nothing = sum([])
    #expect(nothing == 0)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 0...200, using: &random)
      let extreme = Bool.random(using: &random)
      let bytes = (0..<count).map { _ in extreme ? 0xff : UInt8.random(in: 0...255, using: &random) }
      let start = Int.random(in: 0...count, using: &random)
      let sum = InternetChecksum.sum(bytes.rawSpan, from: start)
      if sum != twin(Array(bytes[start...])) { Issue.record("seed \(seed), from \(start) of \(bytes)") }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func updatesAsIfComputedAnew(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var bytes = (0..<40).map { _ in
        [0, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      // A packet with a word that is neither 0 nor 0xffff has one representation of its checksum only.
      bytes[0] = 0x45
      bytes[1] = 0x11
      let checksum = ~twin(bytes)
      let at = Int.random(in: 1..<18, using: &random) * 2
      let old = bytes.rawSpan.load(UInt32.self, at: at)
      let new = [0, .max, UInt32.random(in: 0...(.max), using: &random)].randomElement(using: &random) ?? 0
      for i in 0..<4 { bytes[at + i] = UInt8(truncatingIfNeeded: new >> (24 - 8 * UInt32(i))) }
      let whole = InternetChecksum.update(checksum, from: old, to: new)
      let half = InternetChecksum.update(checksum, from: UInt16(old >> 16), to: UInt16(new >> 16))
      let both = InternetChecksum.update(half, from: UInt16(old & 0xffff), to: UInt16(new & 0xffff))
      if whole != ~twin(bytes) || both != whole { Issue.record("seed \(seed), \(old) to \(new) at \(at)") }
    }
  }

  @Test func coversPseudoHeaders() {
    let ipv4: [UInt8] = [UInt8](repeating: 9, count: 12) + [10, 0, 0, 1, 192, 168, 255, 254]
    let packet4 = [1, 2] + ipv4
    let sum4 = InternetChecksum.pseudoHeaderSum(packet4.rawSpan, ipv4: 2, protocol: 17, length: 0x1234)
    #expect(sum4 == twin([10, 0, 0, 1, 192, 168, 255, 254, 0, 17, 0x12, 0x34]))
    let addresses = (0..<32).map { UInt8($0 * 7 + 1) }
    let ipv6 = [UInt8](repeating: 9, count: 8) + addresses
    let packet6 = [1, 2] + ipv6
    let sum6 = InternetChecksum.pseudoHeaderSum(packet6.rawSpan, ipv6: 2, protocol: 6, length: 0xf1234)
    #expect(sum6 == twin(addresses + [0, 0x0f, 0x12, 0x34, 0, 0, 0, 6]))
  }

  /// The check value of CRC-32/ISCSI in the catalogue of CRC algorithms.
  @Test func crcOfTheDigits() {
    let digits = Array("123456789".utf8)
    let crc = CRC32C.checksum(digits.rawSpan)
    #expect(crc == 0xe306_9283)
    let more = Array("x123456789".utf8)
    let tail = CRC32C.checksum(more.rawSpan, from: 1)
    #expect(tail == 0xe306_9283)
  }
}
