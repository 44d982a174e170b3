import Bytes
@testable import Ports
import Sys
import TestKit
import Testing

/// Messages of a front end: what is one, and what becomes of those that make no sense.
@Suite struct VHostUserMessageTests {
  @Test(arguments: VHostRequest.allCases) func readsItsOwnHeaders(request: VHostRequest) throws {
    for needsReply in [false, true] {
      let payload = [UInt8](repeating: 7, count: request.payloadLengths.lowerBound)
      let message = VHostMessage(request, needsReply: needsReply, payload: payload)
      let header = try VHostMessage.Header(message.bytes[..<12])
      #expect(header.request == request)
      #expect(header.needsReply == needsReply)
      #expect(header.length == payload.count)
    }
  }

  @Test func refusesWhatIsNoMessage() {
    func header(_ number: UInt32, _ flags: UInt32, _ length: UInt32) throws(VHostMessage.Malformation) {
      var bytes: [UInt8] = []
      for value in [number, flags, length] { bytes.append(integer: value) }
      _ = try VHostMessage.Header(bytes[...])
    }
    #expect(throws: VHostMessage.Malformation.unknownRequest(0)) { try header(0, 1, 0) }
    #expect(throws: VHostMessage.Malformation.unknownRequest(99)) { try header(99, 1, 0) }
    #expect(throws: VHostMessage.Malformation.badVersion(2)) { try header(1, 2, 0) }
    #expect(throws: VHostMessage.Malformation.isReply) { try header(1, 5, 0) }
    #expect(throws: VHostMessage.Malformation.badLength(.getFeatures, 8)) { try header(1, 1, 8) }
    #expect(throws: VHostMessage.Malformation.badLength(.setFeatures, 4)) { try header(2, 1, 4) }
    #expect(throws: VHostMessage.Malformation.badLength(.setMemoryTable, 265)) { try header(5, 1, 265) }
  }

  /// Whatever a front end sends, the switch lives, and a session that was closed has let go of everything.
  @Test func survivesAnyMessages() throws {
    var random = SeededGenerator(seed: 3)
    var handled = 0
    var refused = 0
    for _ in 0..<300 {
      let device = try TwinDevice(
        Bool.random(using: &random) ? TwinDevice.usual : TwinDevice.usual.union(.packedRing))
      try device.start()
      for _ in 0..<30 {
        guard let request = VHostRequest.allCases.randomElement(using: &random) else { continue }
        let length = Int.random(in: request.payloadLengths, using: &random)
        var payload = (0..<length).map { _ in
          Int.random(in: 0..<4, using: &random) == 0 ? UInt8.random(in: 0...255, using: &random) : 0
        }
        // Numbers of rings that exist more often than not.
        if length > 0, Bool.random(using: &random) { payload[0] = UInt8.random(in: 0...2, using: &random) }
        let files: [ReceivedDescriptor] = (0..<Int.random(in: 0...2, using: &random)).map { _ in
          Bool.random(using: &random) ? device.memory.duplicate() : device.kick.duplicate()
        }
        do throws(VHostRefusal) {
          _ = try device.session.handle(
            VHostMessage(request, needsReply: Bool.random(using: &random), payload: payload), files)
          handled += 1
        } catch {
          #expect(!"\(error)".isEmpty)
          refused += 1
        }
        _ = try device.receive()
        _ = device.bench.send([Frames.plain(payload: 100)], toQueue: device.queue)
        device.session.noteFaults()
      }
      device.session.close()
      #expect(try device.receive().frames == [])
      #expect(device.bench.pool.available == 128)
    }
    #expect(handled > 1000 && refused > 1000)
  }

  @Test func saysWhatItRefuses() throws {
    let device = try TwinDevice()
    try device.start()
    func refusal(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    #expect(
      refusal { try device.tell(.setFeatures, number: 1 << 63) }
        == "features that were not offered: 0x8000000000000000")
    #expect(refusal { try device.tell(.setRingSize, 7, 64) } == "ring 7, and there are 2")
    #expect(refusal { try device.tell(.setRingSize, 0, 64) } == "ring 0 is changed while it runs")
    #expect(
      refusal { try device.tell(.setRingKick, number: 1) } == "a message setRingKick without its descriptor")
    #expect(
      refusal { try device.tell(.setRingKick, number: 1, [device.memory.duplicate()]) }
        == "a message setRingKick whose descriptor is no eventfd")
    var addresses = device.sending.addresses
    addresses.descriptors = 0x1000
    #expect(refusal { try device.setAddresses(1, addresses) } == "ring 1 is not in the guest's memory")
  }
}
