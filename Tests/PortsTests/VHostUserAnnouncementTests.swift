import Bytes
@testable import Ports
import Testing
import Wire

/// What a front end says of the guest's device: where it is after a migration, and how long packets may be.
@Suite struct VHostUserAnnouncementTests {
  private static let address: [UInt8] = [0x52, 0x54, 0, 0x12, 0x34, 0x56]

  /// A request of RFC 903: Ethernet and IPv4, operation 3, about the sender itself.
  private static let announcement: [UInt8] =
    [UInt8](repeating: 0xff, count: 6) + address + [0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3] + address
    + [0, 0, 0, 0] + address + [UInt8](repeating: 0, count: 22)

  @Test func announcesAStation() throws {
    let device = try TwinDevice()
    try device.start()
    #expect(!device.queue.prepareToSleep())
    try device.tell(.sendRARP, payload: Self.address + [0, 0])
    // A worker that was about to sleep looks again.
    #expect(device.queue.prepareToSleep())
    #expect(try device.receive().frames.map(\.bytes) == [Self.announcement])
    #expect(!device.queue.prepareToSleep())
    #expect(try device.receive().frames == [])
    // Also with what the guest sends.
    let frame = Frames.plain(payload: 46)
    device.memory.write([UInt8](repeating: 0, count: 12) + frame, 0x10000)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: 12 + frame.count)], table: nil)
    try device.tell(.sendRARP, payload: Self.address + [0, 0])
    #expect(try device.receive().frames.map(\.bytes) == [Self.announcement, frame])
    #expect(device.bench.pool.available == 128)
  }

  @Test(
    arguments: [
      ([1, 0, 0x5e, 0, 0, 1], "01:00:5e:00:00:01"), ([0, 0, 0, 0, 0, 0], "00:00:00:00:00:00"),
      ([255, 255, 255, 255, 255, 255], "ff:ff:ff:ff:ff:ff"),
    ] as [([UInt8], String)])
  func announcesNoOther(address: [UInt8], text: String) throws {
    let device = try TwinDevice()
    try device.start()
    do throws(VHostRefusal) {
      _ = try device.session.handle(VHostMessage(.sendRARP, payload: address + [0, 0]), [])
      Issue.record("it was announced")
    } catch {
      #expect("\(error)" == "an announcement of \(text), which is no station's address")
    }
    #expect(try device.receive().frames == [])
  }

  /// What a guest was told of its device holds for what it is sent: Virtual I/O Device specification 1.2, section 5.1.4.1.
  @Test func sendsNothingLongerThanTheGuestWasTold() throws {
    let device = try TwinDevice(mtu: 9000)
    try device.start()
    func send(_ payload: Int) -> [TransmitOutcome] {
      _ = device.receiving.offer([TwinBuffer(offset: 0x10000, length: 0x4000, isWritable: true)], table: nil)
      defer { _ = device.receiving.takeUsed() }
      return device.bench.send([Frames.plain(payload: payload)], toQueue: device.queue)
    }
    #expect(send(9000) == [.sent])
    #expect(send(9001) == [.tooLong])
    try device.tell(.setMTU, number: 1400)
    #expect(device.session.facts["guest-mtu"] == "1400")
    #expect(device.queue.limit == 1400)
    #expect(send(1400) == [.sent])
    #expect(send(1401) == [.tooLong])
    // The port's own limit holds as well.
    try device.tell(.setMTU, number: 65_535)
    #expect(send(9001) == [.tooLong])
    #expect(throws: VHostRefusal.badMTU(67)) { try device.tell(.setMTU, number: 67) }
    // Another front end has said nothing.
    try device.tell(.setMTU, number: 1400)
    device.session.close()
    #expect(device.queue.limit == 9000)
  }
}
