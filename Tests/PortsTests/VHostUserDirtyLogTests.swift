import Bytes
@testable import Ports
import Sys
import TestKit
import Testing

/// The log of pages that a device writes while its guest is moved: what it leaves out is lost with the machine that is left.
@Suite struct VHostUserDirtyLogTests {
  /// A device that keeps a log, and its guest.
  private struct Migration {
    let device: TwinDevice
    private let log: GuestTwin

    init(_ features: VHostFeatures) throws {
      device = try TwinDevice(features)
      log = try GuestTwin()
      try device.start()
      var base: [UInt8] = []
      for value in [UInt64(GuestTwin.length), 0] { base.append(integer: value) }
      #expect(try device.tell(.setLogBase, payload: base, [log.duplicate()]) != nil)
      // As QEMU does it, which gives nothing but the address of what is the device's alone, of packed rings too.
      for (ring, twin) in [device.receiving, device.sending].enumerated() {
        var addresses = twin.addresses
        addresses.log = addresses.device - GuestTwin.userBase + GuestTwin.guestBase
        try device.setAddresses(ring, addresses)
      }
      try device.tell(.setFeatures, number: device.features.union(.logAll).rawValue)
      #expect(device.session.isUp(0))
      log.clear()
    }

    /// The guest's pages that are marked. They are not any more.
    private func takeMarks() -> [UInt64] {
      let first = GuestTwin.guestBase >> 12
      let marks = (first..<first + UInt64(GuestTwin.length >> 12)).filter {
        log.load(UInt8.self, Int($0 >> 3)) >> UInt8($0 & 7) & 1 != 0
      }
      log.clear()
      return marks
    }

    /// Has the device do something. The pages that it has written, and those that it has marked.
    func pages(_ body: () throws -> Void) throws -> (written: Set<UInt64>, marked: Set<UInt64>) {
      let before = device.memory.content
      try body()
      let written = device.memory.pagesChanged(since: before).map { GuestTwin.guestAddress($0) >> 12 }
      return (Set(written), Set(takeMarks()))
    }
  }

  /// Pages with the parts of the rings that a device may write.
  private static let ringPages = Set(
    TwinDevice.rings.flatMap { [$0, $0 + 0x1000] }.map { GuestTwin.guestAddress($0) >> 12 })

  /// Four chains of two buffers of random lengths, some across the end of a page. Returns the pages that the device may
  /// write.
  private func offer(to driver: any TwinDriver, isWritable: Bool, _ random: inout SeededGenerator) -> Set<
    UInt64
  > {
    var pages: Set<UInt64> = []
    for i in 0..<4 {
      let place = (isWritable ? 0x10000 : 0x40000) + 0x4000 * i + Int.random(in: 0...0x1000, using: &random)
      let chain = [0, 0x1800].map {
        TwinBuffer(
          offset: place + $0, length: Int.random(in: 1000...2500, using: &random), isWritable: isWritable)
      }
      _ = driver.offer(chain, table: Bool.random(using: &random) ? 0xc0000 + 0x1000 * i : nil)
      for buffer in chain where isWritable {
        let first = buffer.guestAddress
        for page in first >> 12...(first + UInt64(buffer.length) - 1) >> 12 { pages.insert(page) }
      }
    }
    return pages
  }

  /// Each page is marked that the device has written, and none that it had no leave to write.
  @Test(arguments: VHostUserRingTests.variants) func hasEachPageThatIsWritten(features: VHostFeatures) throws
  {
    let migration = try Migration(features)
    let device = migration.device
    var random = SeededGenerator(seed: 7)
    for round in 0..<8 {
      let room = offer(to: device.receiving, isWritable: true, &random)
      let frames = (0..<4).map {
        Frames.plain(payload: Int.random(in: 46...3000, using: &random), seed: UInt8(round + $0))
      }
      let given = try migration.pages { _ = device.bench.send(frames, toQueue: device.queue) }
      #expect(!given.written.isDisjoint(with: room))
      #expect(given.written.subtracting(given.marked) == [], "round \(round)")
      #expect(given.marked.subtracting(room.union(Self.ringPages)) == [], "round \(round)")
      _ = device.receiving.takeUsed()

      _ = offer(to: device.sending, isWritable: false, &random)
      let taken = try migration.pages {
        _ = try device.receive()
        // Before it sleeps a worker asks for kicks.
        _ = device.queue.prepareToSleep()
      }
      #expect(!taken.written.isDisjoint(with: Self.ringPages))
      #expect(taken.written.subtracting(taken.marked) == [], "round \(round)")
      #expect(taken.marked.subtracting(Self.ringPages) == [], "round \(round)")
      _ = device.sending.takeUsed()
      // Buffers that are left.
      while device.bench.send([Frames.plain(payload: 46)], toQueue: device.queue) == [.sent] {}
      _ = device.receiving.takeUsed()
    }
  }
}
