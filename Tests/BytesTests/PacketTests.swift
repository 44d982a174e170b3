@testable import Bytes
import Testing

@Suite struct PacketTests {
  @Test func growsIntoTheHeadroomAndNoFurther() throws {
    var pool = PacketPool(capacity: 2)
    let taken = pool.take()
    let packet = try #require(taken)
    packet.copy(from: [1, 2, 3].rawSpan)
    #expect(packet.length == 3)
    #expect(packet.prepend(Packet.headroom))
    #expect(!packet.prepend(1))
    packet.removeFirst(Packet.headroom)
    let first = packet.bytes.load(UInt8.self, at: 0)
    #expect(first == 1)
    pool.give(packet)
  }

  @Test func givesOutEachSlotOnce() throws {
    var pool = PacketPool(capacity: 2)
    let one = pool.take()
    let two = pool.take()
    let first = try #require(one)
    let second = try #require(two)
    let third = pool.take()
    #expect(third == nil)
    first.copy(from: [1].rawSpan)
    second.copy(from: [2].rawSpan)
    let byte = first.bytes.load(UInt8.self, at: 0)
    #expect(byte == 1)
    pool.give(second)
    #expect(pool.available == 1)
    pool.give(first)
  }
}
