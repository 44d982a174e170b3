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

  /// Each way through the loops: all lengths up to several blocks, from all alignments, and long ones.
  @Test func agreesAtAllLengthsAndAlignments() {
    var random = SeededGenerator(seed: 1)
    let bytes = (0..<66_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let ones = [UInt8](repeating: 0xff, count: 66_000)
    for start in 0..<16 {
      for length in Array(0...400) + [1448, 1460, 4096, 9001, 65_535] {
        for content in [bytes, ones] {
          let span = content.rawSpan.extracting(0..<(start + length))
          let sum = InternetChecksum.sum(span, from: start)
          if sum != twin(Array(content[start..<(start + length)])) {
            Issue.record("\(length) bytes from \(start)")
          }
        }
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func updatesAsIfComputedAnew(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var pool = PacketPool(capacity: 1)
    let taken = pool.take()
    let packet = try #require(taken)
    for _ in 0..<200 {
      var bytes = (0..<40).map { _ in
        [0, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      // A packet with a word that is neither 0 nor 0xffff has one representation of its checksum only.
      bytes[0] = 0x45
      bytes[1] = 0x11
      let at = Int.random(in: 1...16, using: &random) * 2
      let old = bytes.rawSpan.load(UInt64.self, at: at)
      let new = [0, .max, UInt64.random(in: 0...(.max), using: &random)].randomElement(using: &random) ?? 0
      let sum = twin(bytes)
      for i in 0..<8 { bytes[at + i] = UInt8(truncatingIfNeeded: new >> (56 - 8 * UInt64(i))) }
      // A finished checksum, then an unfinished one.
      packet.copy(from: [UInt8(~sum >> 8), UInt8(~sum & 0xff), UInt8(sum >> 8), UInt8(sum & 0xff)].rawSpan)
      var fields = packet.mutableBytes
      ChecksumUpdate.apply(old: old, new: new, at: 0, in: &fields)
      ChecksumUpdate.applyToUnfinished(old: old, new: new, at: 2, in: &fields)
      let finished = fields.load(UInt16.self, at: 0)
      let unfinished = fields.load(UInt16.self, at: 2)
      if finished != ~twin(bytes) || unfinished != twin(bytes) {
        Issue.record("seed \(seed), \(old) to \(new) at \(at)")
      }
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
