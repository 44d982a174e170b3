import Glibc
@testable import Ports
import Testing

/// What `VHostUserLieTests` has for split rings. A packed ring has no table and no index to lie about, but flags.
@Suite struct VHostUserPackedLieTests {
  typealias Lie = RingLie<PackedTwin>

  private static let outside = UInt64(0xdead_0000_0000)
  /// Flags of a descriptor.
  private static let next: UInt16 = 1
  private static let write: UInt16 = 2
  private static let indirect: UInt16 = 4

  private static func buffer(
    _ length: Int = 60, at offset: Int = 0x10000, isWritable: Bool = false, address: UInt64? = nil,
    _ flags: UInt16 = 0
  ) -> TwinBuffer {
    TwinBuffer(offset: offset, length: length, isWritable: isWritable, address: address, extraFlags: flags)
  }

  static let lies: [Lie] = [
    Lie(name: "a chain that goes round the ring for ever", expected: .chainTooLong) {
      for _ in 0..<$0.size { _ = $0.offer([buffer(1, next)], table: nil) }
    },
    Lie(name: "a chain that goes on in what is open already", expected: .chainTooLong) {
      for i in 0..<$0.size { _ = $0.offer([buffer(72, i < 10 ? 0 : next)], table: nil) }
    },
    Lie(name: "an address outside of memory", expected: .bufferOutsideMemory) {
      _ = $0.offer([buffer(address: outside)], table: nil)
    },
    Lie(name: "an address that wraps", expected: .bufferOutsideMemory) {
      _ = $0.offer([buffer(address: .max - 10)], table: nil)
    },
    Lie(name: "a buffer past the end of memory", expected: .bufferOutsideMemory) {
      _ = $0.offer([buffer(at: GuestTwin.half - 30)], table: nil)
    },
    Lie(name: "a chain's second buffer outside of memory", expected: .bufferOutsideMemory) {
      _ = $0.offer([buffer(12), buffer(address: outside)], table: nil)
    },
    Lie(name: "a frame in a writable buffer", expected: .writableBufferSent) {
      _ = $0.offer([buffer(isWritable: true)], table: nil)
    },
    Lie(name: "a frame whose second buffer is writable", expected: .writableBufferSent) {
      _ = $0.offer([buffer(12), buffer(isWritable: true)], table: nil)
    },
    Lie(name: "a table outside of memory", expected: .tableOutsideMemory) {
      _ = $0.offer([buffer(32, address: outside, indirect)], table: nil)
    },
    Lie(name: "a table of half a descriptor", expected: .badTableLength) {
      _ = $0.offer([buffer(24, indirect)], table: nil)
    },
    Lie(name: "a table of nothing", expected: .badTableLength) {
      _ = $0.offer([buffer(0, indirect)], table: nil)
    },
    Lie(name: "a table that is too long", expected: .badTableLength) {
      _ = $0.offer([buffer(16 * 1025, indirect)], table: nil)
    },
    Lie(name: "a table in a table", expected: .tableInTable) {
      $0.setDescriptor(0x10000, buffer(32, indirect))
      _ = $0.offer([buffer(32, indirect)], table: nil)
    },
    Lie(name: "a table further down in a table", expected: .tableInTable) {
      $0.setDescriptor(0x10000, buffer(32, at: 0x20000))
      $0.setDescriptor(0x10010, buffer(32, indirect))
      _ = $0.offer([buffer(32, indirect)], table: nil)
    },
    Lie(name: "a table at the head of a chain", expected: .tableInChain) {
      _ = $0.offer([buffer(32, indirect), buffer()], table: nil)
    },
    Lie(name: "a table further down in a chain", expected: .tableInChain) {
      _ = $0.offer([buffer(12), buffer(32, indirect)], table: nil)
    },
    Lie(
      name: "a table that was not agreed on", expected: .tableNotAgreedOn,
      features: TwinDevice.usual.subtracting(.indirectDescriptors)
    ) {
      _ = $0.offer([buffer()], table: 0x10000)
    },
    Lie(name: "a read-only buffer to receive into", expected: .readOnlyBufferOffered, isSent: false) {
      _ = $0.offer([buffer(1600)], table: nil)
    },
    Lie(
      name: "a read-only buffer in a table to receive into", expected: .readOnlyBufferOffered, isSent: false
    ) {
      _ = $0.offer([buffer(12, isWritable: true), buffer(1600, at: 0x20000)], table: 0x30000)
    },
    Lie(name: "a buffer to receive into outside of memory", expected: .bufferOutsideMemory, isSent: false) {
      _ = $0.offer([buffer(1600, isWritable: true, address: outside)], table: nil)
    },
    Lie(name: "a table to receive into outside of memory", expected: .tableOutsideMemory, isSent: false) {
      _ = $0.offer([buffer(32, address: outside, indirect)], table: nil)
    },
    Lie(name: "a chain to receive into without an end", expected: .chainTooLong, isSent: false) {
      for _ in 0..<$0.size { _ = $0.offer([buffer(1, isWritable: true, next)], table: nil) }
    },
    Lie(name: "memory cut off", expected: .memoryVanished) {
      _ = $0.offer([buffer()], table: nil)
      ftruncate($0.memory.file.rawValue, 0x10000)
    },
    Lie(name: "memory cut off, to receive into", expected: .memoryVanished, isSent: false) {
      _ = $0.offer([buffer(1600, at: 0x20000, isWritable: true)], table: nil)
      ftruncate($0.memory.file.rawValue, 0x10000)
    },
    Lie(name: "all memory gone", expected: .memoryVanished) { ftruncate($0.memory.file.rawValue, 0) },
  ]

  @Test(arguments: lies) func stopsTheDevice(lie: Lie) throws {
    var lie = lie
    lie.features.insert(.packedRing)
    try lie.expectStop()
  }
}
