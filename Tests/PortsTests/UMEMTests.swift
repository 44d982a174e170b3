import Bytes
import CLinux
@testable import Ports
import Testing

/// The memory of an AF_XDP socket, with the test in the place of the kernel.
@Suite struct UMEMTests {
  private func descriptor(_ address: UInt64, _ length: UInt32) -> xdp_desc {
    xdp_desc(addr: address, len: length, options: 0)
  }

  struct Row {
    var address: UInt64
    var length: UInt32
    var isTaken: Bool
  }

  /// Two chunks to receive into, at 0 and 4096, and one to send from, at 8192.
  @Test(arguments: [
    Row(address: 0, length: 4096, isTaken: true), Row(address: 256, length: 3840, isTaken: true),
    Row(address: 4096 + 256, length: 60, isTaken: true), Row(address: 8191, length: 1, isTaken: true),
    Row(address: 256, length: 0, isTaken: true),
    Row(address: 256, length: 3841, isTaken: false), Row(address: 0, length: 4097, isTaken: false),
    Row(address: 0, length: .max, isTaken: false), Row(address: 8191, length: 2, isTaken: false),
    Row(address: 8192, length: 60, isTaken: false), Row(address: 12_288, length: 60, isTaken: false),
    Row(address: .max, length: 60, isTaken: false), Row(address: .max, length: .max, isTaken: false),
    Row(address: 1 << 63, length: 60, isTaken: false),
    Row(address: 1 << 48 | 256, length: 60, isTaken: false),
  ])
  func copiesOnlyWhatLiesInOneReceiveChunk(_ row: Row) throws {
    let umem = try UMEM(receiveChunks: 2, transmitChunks: 1, subject: "test")
    var pool = PacketPool(capacity: 1)
    let taken = pool.take()
    let packet = try #require(taken)
    let isTaken = umem.copy(descriptor(row.address, row.length), to: packet)
    #expect(isTaken == row.isTaken)
    #expect(packet.length == (row.isTaken ? Int(row.length) : 0))
  }

  @Test func namesTheChunkOfAnAddress() throws {
    let umem = try UMEM(receiveChunks: 2, transmitChunks: 1, subject: "test")
    let chunks = [0, 4095, 4096, 8191, 8192, 12_288, UInt64.max].map { umem.receiveChunk(at: $0) }
    #expect(chunks == [0, 0, 4096, 4096, nil, nil, nil])
  }

  @Test func lendsEachTransmitChunkOnce() throws {
    var umem = try UMEM(receiveChunks: 1, transmitChunks: 2, subject: "test")
    var pool = PacketPool(capacity: 1)
    let taken = pool.take()
    let packet = try #require(taken)
    packet.copy(from: Frames.plain(payload: 50).rawSpan)
    let first = umem.place(packet)
    let second = umem.place(packet)
    let one = try #require(first)
    let other = try #require(second)
    #expect(Set([one.addr, other.addr]) == [4096, 8192])
    #expect(one.len == 64)
    let none = umem.place(packet)
    #expect(none?.addr == nil)
    // Addresses that no transmit chunk has, as often as one likes.
    for address in [0, 12_288, UInt64.max] { umem.takeBack(address) }
    let stillNone = umem.place(packet)
    #expect(stillNone?.addr == nil)
    umem.takeBack(other.addr + 100)
    let again = umem.place(packet)
    #expect(again?.addr == other.addr)
    for _ in 0..<5 { umem.takeBack(one.addr) }
    let free = umem.freeTransmitChunks
    #expect(free == 2)
  }
}
