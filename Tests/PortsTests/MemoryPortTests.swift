import Bytes
@testable import Ports
import Sys
import Testing

@Suite struct MemoryPortTests {
  @Test(arguments: [0, 1, 31, 32, 33, 100])
  func deliversWhatItIsFed(count: Int) throws {
    let port = try MemoryPort()
    var bench = Bench()
    let frames = (0..<count).map { Frames.plain(payload: 46 + $0) }
    port.feed(frames.map { MemoryFrame($0) })
    #expect(port.hasInput == (count > 0))
    let received = try bench.receive(from: port)
    #expect(received.frames.map(\.bytes) == frames)
    #expect(!port.hasInput)
    var epoll = try Epoll()
    try epoll.add(try #require(port.descriptor), tag: 0)
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
    port.feed([MemoryFrame(Frames.plain(payload: 50))])
    let again = epoll.wait(timeoutMilliseconds: 0)
    #expect(again == 1)
  }

  @Test func keepsAndCountsWhatItIsSent() throws {
    let keeping = try MemoryPort()
    let counting = try MemoryPort(sink: .count)
    var bench = Bench()
    let large = LargeFrames.tcp4(payload: 3000, segment: 1448)
    for port in [keeping, counting] {
      let sent = bench.send([large, .init(bytes: [1])], to: port)
      #expect(sent == [.sent, .sent])
      #expect(port.transmittedCount == 2)
    }
    #expect(
      keeping.takeTransmitted() == [MemoryFrame(large.bytes, offload: large.offload), MemoryFrame([1])])
    #expect(keeping.takeTransmitted() == [])
    #expect(counting.takeTransmitted() == [])
  }

  @Test func refusesWhatARealPortRefuses() throws {
    let port = try MemoryPort(mtu: 1500)
    var bench = Bench()
    let sent = bench.send([Frames.plain(payload: 1500), Frames.plain(payload: 1501)], to: port)
    #expect(sent == [.sent, .tooLong])
    port.setUp(false)
    let down = bench.send([Frames.plain(payload: 46)], to: port)
    #expect(down == [.down])
    var lie = LargeFrames.tcp4(payload: 3000, segment: 1448)
    lie.offload.segmentSize = 0
    port.feed([
      MemoryFrame(lie.bytes, offload: lie.offload),
      MemoryFrame([UInt8](repeating: 0, count: Packet.maximumLength + 1)),
    ])
    let received = try bench.receive(from: port)
    #expect(received.frames == [])
    #expect(port.receiveLosses == ReceiveLosses(tooLong: 1, badOffload: 1))
  }

  @Test func arrivesEndlessly() throws {
    let port = try MemoryPort()
    var pool = PacketPool(capacity: 40)
    var batch = PacketBatch()
    port.feedEndlessly([MemoryFrame([1]), MemoryFrame([2]), MemoryFrame([3])])
    let outcome = port.receive(into: &batch, from: &pool)
    #expect(outcome == .more)
    let count = batch.count
    let last = batch[31].array
    #expect(count == 32)
    #expect(last == [2])
    let starved = port.receive(into: &batch, from: &pool)
    #expect(starved == .more)
  }

  @Test func nullPortTakesEverything() throws {
    let port = NullPort()
    var bench = Bench()
    let sent = bench.send([Frames.plain(payload: 46), [1]], to: port)
    #expect(sent == [.sent, .sent])
    #expect(port.transmittedCount == 2)
    let received = try bench.receive(from: port)
    #expect(received.outcome == .drained)
  }
}
