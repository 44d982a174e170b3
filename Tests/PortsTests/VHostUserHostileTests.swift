import Bytes
import CLinux
import Glibc
@testable import Ports
import Sys
import Testing

/// What a front end can do to a switch beside lying in its rings.
@Suite struct VHostUserHostileTests {
  /// A guest that takes chains back while they are open cannot have more of them open than the ring has.
  @Test func takesNoChainsBack() throws {
    let twin = try GuestTwin()
    let memory = GuestMemory()
    for region in GuestTwin.regions { try memory.add(region, file: twin.file.rawValue) }
    let driver = SplitTwin(twin, at: 0x1000, size: 4, hasEventIndex: false)
    let addresses = driver.addresses
    let setup = unsafe RingSetup(
      size: 4, descriptors: try #require(memory.place(ofUser: addresses.descriptors, length: 64)),
      driver: try #require(memory.place(ofUser: addresses.driver, length: 14)),
      device: try #require(memory.place(ofUser: addresses.device, length: 38)),
      regions: memory.regions(DirtyPages()), features: TwinDevice.usual, base: 0, log: RingLog(),
      progress: RingProgress())
    var ring = SplitRing(setup)
    var fault: RingFault?
    for _ in 0..<3 { _ = driver.offer([TwinBuffer(offset: 0x10000, length: 60)], table: nil) }
    for _ in 0..<3 { #expect(ring.open(&fault) != nil) }
    twin.store(UInt16(2), driver.driver + 2)
    #expect(ring.open(&fault) == nil)
    #expect(fault == .tooManyAvailable)
  }

  /// The record of an earlier switch is a front end's to write, and may be that of a larger ring.
  @Test(arguments: [64, 200]) func believesNoRecordOfPlacesOutsideOfTheRing(index: UInt16) throws {
    let device = try TwinDevice(TwinDevice.usual.union(.packedRing))
    try device.tell(.setFeatures, number: device.features.rawValue)
    try device.tell(.setProtocolFeatures, number: VHostProtocolFeatures.offered.rawValue)
    let record = try GuestTwin()
    for ring in 0..<2 {
      // Whole multiples of 64 bytes.
      let place = ring * 8256
      record.store(UInt16(1), place + 8)
      record.store(UInt32(index) << 16 | UInt32(index), place + 16)
      record.store(UInt16(0x101), place + 20)
    }
    var payload: [UInt8] = []
    for value in [UInt64(2 * 8256), 0] { payload.append(integer: value) }
    for value in [UInt16(2), 256] { payload.append(integer: value) }
    try device.tell(.setInflight, payload: payload, [record.duplicate()])
    try device.start()
    let frame = [UInt8](repeating: 0, count: 12) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    #expect(try device.receive().frames.map(\.bytes) == [Array(frame.dropFirst(12))])
  }

  /// Whoever has the event that a guest is told by can fill it, and have writing to it wait.
  @Test(.timeLimit(.minutes(1)), arguments: [TwinDevice.usual, TwinDevice.usual.union(.packedRing)])
  func tellsAFullEventWithoutWaiting(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    let call = device.call.event.descriptor
    var most = UInt64.max - 1
    #expect(unsafe clinux_write(call, &most, 8) == 8)
    #expect(fcntl(call, F_SETFL, fcntl(call, F_GETFL) & ~O_NONBLOCK) == 0)
    let frame = [UInt8](repeating: 0, count: 12) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    // More often than anything that is kept of it has room for.
    for _ in 0..<2000 {
      _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
      #expect(try device.receive().frames.count == 1)
      _ = device.sending.takeUsed()
    }
    // The event of a lie is the same one.
    try device.tell(.setRingError, number: 1, [device.call.duplicate()])
    #expect(fcntl(call, F_SETFL, fcntl(call, F_GETFL) & ~O_NONBLOCK) == 0)
    _ = device.sending.offer([TwinBuffer(offset: 0, length: 60, address: .max)], table: nil)
    _ = try device.receive()
    device.session.noteFaults()
    #expect(device.session.fault?.fault == .bufferOutsideMemory)
  }

  /// A chain for a frame may have many buffers without room in them, but not any number.
  @Test func looksAtSoManyBuffersForAFrame() throws {
    let device = try TwinDevice()
    try device.start()
    let table = 0x100000
    for i in 0..<1024 {
      let isLast = i == 1023
      let buffer = TwinBuffer(offset: 0x10000, length: isLast ? 12 : 0, isWritable: true)
      let twin = try #require(device.receiving as? SplitTwin)
      twin.setDescriptor(table + 16 * i, buffer, next: isLast ? nil : UInt16(i + 1))
    }
    let twin = try #require(device.receiving as? SplitTwin)
    for head in 0..<UInt16(8) {
      twin.setDescriptor(
        twin.base + 16 * Int(head), TwinBuffer(offset: table, length: 16 * 1024, extraFlags: 4), next: nil)
      twin.publish(head)
    }
    let sent = device.bench.send([Frames.plain(payload: 46)], toQueue: device.queue)
    // The first chain is all that it may have.
    #expect(sent == [.tooLong])
    #expect(device.session.fault == nil)
  }

  /// A change of memory that is refused leaves the rings running.
  @Test func goesOnWithoutMemoryThatItRefuses() throws {
    let device = try TwinDevice()
    try device.start()
    var payload: [UInt8] = []
    payload.append(integer: UInt64(0))
    var region = GuestTwin.regions[0]
    region.fileOffset = 0
    payload.append(region: region)
    #expect(throws: VHostRefusal.memory(.overlaps)) {
      try device.tell(.addMemoryRegion, payload: payload, [device.memory.duplicate()])
    }
    #expect(device.session.isUp(0))
    #expect(throws: VHostRefusal.missingDescriptor(.setMemoryTable)) {
      try device.tell(.setMemoryTable, payload: [1, 0, 0, 0] + [UInt8](repeating: 0, count: 36))
    }
    #expect(device.session.isUp(0))
  }

  /// A file without contents can be as long as one likes, and the address space of the switch is for all front ends.
  @Test func mapsSoMuchForAFrontEnd() throws {
    let file = ReceivedDescriptor(
      try SysError.check(unsafe clinux_libc_memfd_create("guest", 1), call: "memfd_create"))
    try SysError.check(ftruncate(file.rawValue, 1 << 62) == 0 ? 0 : -errno, call: "ftruncate")
    let memory = GuestMemory()
    func add(_ start: UInt64, _ length: UInt64) throws(GuestMemoryError) {
      try memory.add(
        MemoryRegionDescription(guestAddress: start, length: length, userAddress: start, fileOffset: 0),
        file: file.rawValue)
    }
    let half = GuestMemory.mostBytes / 2
    try add(0, half)
    #expect(throws: GuestMemoryError.tooMuch(2 * half + 4096)) { try add(half, half + 4096) }
    try add(half, half)
    #expect(throws: GuestMemoryError.tooMuch(2 * half + 4096)) { try add(2 * half, 4096) }
    #expect(throws: GuestMemoryError.logTooLong(DirtyLog.mostBytes + 1)) {
      _ = try DirtyLog(file: file.rawValue, offset: 0, length: DirtyLog.mostBytes + 1)
    }
  }
}
