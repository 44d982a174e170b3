import Bytes
import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

/// A guest that lies about its rings has its device stopped with the reason, and nothing else happens.
@Suite struct VHostUserLieTests {
  typealias Lie = RingLie<SplitTwin>

  private static let outside = UInt64(0xdead_0000_0000)

  static let lies: [Lie] = [
    Lie(name: "more available than entries", expected: .tooManyAvailable) {
      $0.memory.store(UInt16(65), $0.driver + 2)
    },
    Lie(name: "available going back", expected: .tooManyAvailable) {
      $0.memory.store(UInt16.max, $0.driver + 2)
    },
    Lie(name: "a head outside of the table", expected: .headOutsideTable) { $0.publish(64) },
    Lie(name: "a next one outside of the table", expected: .nextOutsideTable) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 60), next: 64)
      $0.publish(0)
    },
    Lie(name: "a loop", expected: .chainTooLong) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 1), next: 0)
      $0.publish(0)
    },
    Lie(name: "a loop of two", expected: .chainTooLong) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 1), next: 1)
      $0.setDescriptor($0.base + 16, TwinBuffer(offset: 0x10000, length: 1), next: 0)
      $0.publish(0)
    },
    Lie(name: "an address outside of memory", expected: .bufferOutsideMemory) {
      _ = $0.offer([TwinBuffer(offset: 0, length: 60, address: Self.outside)], table: nil)
    },
    Lie(name: "an address that wraps", expected: .bufferOutsideMemory) {
      _ = $0.offer([TwinBuffer(offset: 0, length: 60, address: .max - 10)], table: nil)
    },
    Lie(name: "a buffer past the end of memory", expected: .bufferOutsideMemory) {
      _ = $0.offer([TwinBuffer(offset: GuestTwin.half - 30, length: 60)], table: nil)
    },
    Lie(name: "a frame in a writable buffer", expected: .writableBufferSent) {
      _ = $0.offer([TwinBuffer(offset: 0x10000, length: 60, isWritable: true)], table: nil)
    },
    Lie(name: "a table outside of memory", expected: .tableOutsideMemory) {
      $0.setDescriptor(
        $0.base, TwinBuffer(offset: 0, length: 32, address: Self.outside, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table of half a descriptor", expected: .badTableLength) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 24, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table of nothing", expected: .badTableLength) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 0, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table that is too long", expected: .badTableLength) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 16 * 1025, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table in a table", expected: .tableInTable) {
      $0.setDescriptor(0x10000, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table further down in a table", expected: .tableInChain) {
      $0.setDescriptor(0x10000, TwinBuffer(offset: 0x20000, length: 32), next: 1)
      $0.setDescriptor(0x10010, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a table with a next one", expected: .tableInChain) {
      $0.setDescriptor(0x10000, TwinBuffer(offset: 0x20000, length: 60), next: nil)
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 16, extraFlags: 4), next: 1)
      $0.publish(0)
    },
    Lie(name: "a loop in a table", expected: .chainTooLong) {
      $0.setDescriptor(0x10000, TwinBuffer(offset: 0x20000, length: 1), next: 0)
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a next one outside of the indirect table", expected: .nextOutsideTable) {
      $0.setDescriptor(0x10000, TwinBuffer(offset: 0x20000, length: 60), next: 2)
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 32, extraFlags: 4), next: nil)
      $0.publish(0)
    },
    Lie(name: "a read-only buffer to receive into", expected: .readOnlyBufferOffered, isSent: false) {
      _ = $0.offer([TwinBuffer(offset: 0x10000, length: 1600)], table: nil)
    },
    Lie(name: "a buffer to receive into outside of memory", expected: .bufferOutsideMemory, isSent: false) {
      _ = $0.offer([TwinBuffer(offset: 0, length: 1600, isWritable: true, address: Self.outside)], table: nil)
    },
    Lie(name: "a loop to receive into", expected: .chainTooLong, isSent: false) {
      $0.setDescriptor($0.base, TwinBuffer(offset: 0x10000, length: 1, isWritable: true), next: 0)
      $0.publish(0)
    },
    Lie(name: "memory cut off", expected: .memoryVanished) {
      _ = $0.offer([TwinBuffer(offset: 0x10000, length: 60)], table: nil)
      ftruncate($0.memory.file.rawValue, 0x10000)
    },
    Lie(name: "memory cut off, to receive into", expected: .memoryVanished, isSent: false) {
      _ = $0.offer([TwinBuffer(offset: 0x20000, length: 1600, isWritable: true)], table: nil)
      ftruncate($0.memory.file.rawValue, 0x10000)
    },
    Lie(name: "all memory gone", expected: .memoryVanished) { ftruncate($0.memory.file.rawValue, 0) },
  ]

  @Test(arguments: lies) func stopsTheDevice(lie: Lie) throws { try lie.expectStop() }

  /// A guest that starts its driver anew is served again.
  @Test func forgivesAGuestThatStartsAnew() throws {
    let device = try TwinDevice()
    try device.start()
    let twin = try #require(device.sending as? SplitTwin)
    twin.publish(64)
    _ = try device.receive()
    device.session.noteFaults()
    #expect(device.session.fault != nil)
    for ring in 0..<2 { _ = try device.ask(.getRingBase, number: UInt64(ring)) }
    device.memory.store(UInt16(0), twin.driver + 2)
    twin.available = 0
    for ring in 0..<2 { try device.start(ring) }
    #expect(device.session.fault == nil)
    #expect(device.session.isUp(0))
    let frame = [UInt8](repeating: 0, count: 12) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    _ = twin.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    #expect(try device.receive().frames.count == 1)
  }

  /// What a program says with a descriptor of its memory that is no memory.
  @Test func takesOnlyFilesInMemory() throws {
    let memory = GuestMemory()
    let region = MemoryRegionDescription(guestAddress: 0, length: 4096, userAddress: 0, fileOffset: 0)
    let twin = try GuestTwin()
    let pipe = try EventFD()
    #expect(throws: GuestMemoryError.notInMemory) { try memory.add(region, file: pipe.descriptor) }
    for (region, expected) in [
      (
        MemoryRegionDescription(guestAddress: 0, length: 0, userAddress: 0, fileOffset: 0),
        GuestMemoryError.emptyRegion
      ),
      (MemoryRegionDescription(guestAddress: .max, length: 4096, userAddress: 0, fileOffset: 0), .wraps),
      (MemoryRegionDescription(guestAddress: 0, length: 4096, userAddress: .max, fileOffset: 0), .wraps),
      (MemoryRegionDescription(guestAddress: 0, length: 4096, userAddress: 0, fileOffset: .max), .wraps),
      (
        MemoryRegionDescription(
          guestAddress: 0, length: 4096, userAddress: 0, fileOffset: UInt64(GuestTwin.length)),
        .tooShort(has: UInt64(GuestTwin.length), needs: UInt64(GuestTwin.length) + 4096)
      ),
    ] {
      #expect(throws: expected) { try memory.add(region, file: twin.file.rawValue) }
    }
    try memory.add(region, file: twin.file.rawValue)
    var other = region
    other.fileOffset = 4096
    #expect(throws: GuestMemoryError.overlaps) { try memory.add(other, file: twin.file.rawValue) }
    #expect(memory.count == 1)
    // The same once more is the same, and stays until it was removed as often.
    try memory.add(region, file: twin.file.rawValue)
    #expect(memory.count == 1)
    try memory.remove(region)
    #expect(memory.count == 1)
    try memory.remove(region)
    #expect(memory.count == 0)
    #expect(throws: GuestMemoryError.noSuchRegion) { try memory.remove(region) }
  }
}
