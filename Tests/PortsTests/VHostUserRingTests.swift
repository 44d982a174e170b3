import Bytes
@testable import Ports
import Sys
import TestKit
import Testing

/// Frames through rings, with a twin of the driver.
@Suite struct VHostUserRingTests {
  static let variants: [VHostFeatures] = [
    TwinDevice.usual,
    TwinDevice.usual.union(.eventIndex),
    TwinDevice.usual.subtracting(.mergeableBuffers),
    [.protocolFeatures, .indirectDescriptors],
    TwinDevice.usual.union(.offloads),
    TwinDevice.usual.union(.packedRing),
    TwinDevice.usual.union([.packedRing, .eventIndex]),
    TwinDevice.usual.union(.packedRing).subtracting(.mergeableBuffers),
  ]

  static let notifications: [VHostFeatures] = [
    TwinDevice.usual, TwinDevice.usual.union(.eventIndex), TwinDevice.usual.union(.packedRing),
    TwinDevice.usual.union([.packedRing, .eventIndex]),
  ]

  private func header(_ device: TwinDevice) -> [UInt8] {
    [UInt8](repeating: 0, count: device.features.headerLength)
  }

  /// Cuts `total` bytes from `offset` on into buffers of random lengths.
  private func pieces(
    _ total: Int, at offset: Int, isWritable: Bool, most: Int, _ random: inout SeededGenerator
  ) -> [TwinBuffer] {
    var buffers: [TwinBuffer] = []
    var done = 0
    while done < total {
      let rest = total - done
      let length =
        buffers.count + 1 == most ? rest : min(rest, Int.random(in: 1...max(1, total / 2), using: &random))
      buffers.append(TwinBuffer(offset: offset + done, length: length, isWritable: isWritable))
      done += length
    }
    return buffers
  }

  @Test(arguments: variants) func takesWhatTheGuestSends(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    var random = SeededGenerator(seed: 1)
    for round in 0..<200 {
      var sent: [[UInt8]] = []
      var heads: [UInt16] = []
      for i in 0..<Int.random(in: 1...6, using: &random) {
        let frame = Frames.plain(payload: Int.random(in: 46...3000, using: &random), seed: UInt8(i))
        let offset = 0x10000 + 0x4000 * i
        device.memory.write(header(device) + frame, offset)
        let chain = pieces(
          device.features.headerLength + frame.count, at: offset, isWritable: false, most: 8, &random)
        heads.append(
          device.sending.offer(chain, table: Bool.random(using: &random) ? 0xc0000 + 0x1000 * i : nil))
        sent.append(frame)
      }
      let received = try device.receive()
      #expect(received.frames.map(\.bytes) == sent, "round \(round)")
      #expect(received.outcome == .drained)
      let used = device.sending.takeUsed()
      #expect(used.map(\.buffer) == heads)
      #expect(used.allSatisfy { $0.written == 0 })
    }
    #expect(device.queue.receiveLosses == ReceiveLosses())
  }

  @Test(arguments: variants) func givesTheGuestItsFrames(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    let isMergeable = features.contains(.mergeableBuffers)
    var random = SeededGenerator(seed: 2)
    for round in 0..<200 {
      var places: [UInt16: [TwinBuffer]] = [:]
      var order: [UInt16] = []
      for i in 0..<16 {
        let total = isMergeable ? Int.random(in: 100...2000, using: &random) : 4096
        let chain = pieces(total, at: 0x10000 + 0x2000 * i, isWritable: true, most: 3, &random)
        let head = device.receiving.offer(
          chain, table: Bool.random(using: &random) ? 0xc0000 + 0x1000 * i : nil)
        places[head] = chain
        order.append(head)
      }
      let frames = (0..<4).map {
        Frames.plain(payload: Int.random(in: 46...2500, using: &random), seed: UInt8($0))
      }
      let outcomes = device.bench.send(frames, toQueue: device.queue)
      var used = device.receiving.takeUsed()
      #expect(used.map(\.buffer) == Array(order.prefix(used.count)))
      var delivered: [[UInt8]] = []
      while !used.isEmpty {
        var bytes: [UInt8] = []
        var left = 1
        repeat {
          let (head, written) = used.removeFirst()
          var part: [UInt8] = []
          for buffer in places[head] ?? [] { part += device.memory.read(buffer.offset, buffer.length) }
          if bytes.isEmpty, features.headerLength == 12 { left = Int(part[10]) | Int(part[11]) << 8 }
          bytes += part.prefix(written)
          left -= 1
        } while left > 0 && !used.isEmpty
        delivered.append(Array(bytes.dropFirst(features.headerLength)))
      }
      let expected = zip(frames, outcomes).filter { $0.1 == .sent }.map(\.0)
      #expect(delivered == expected, "round \(round)")
      // 4 frames of at most 2514 bytes fit into 16 buffers, unless each of those is small.
      #expect(outcomes.allSatisfy { $0 == .sent || $0 == .queueFull })
      try drain(device)
    }
  }

  /// Has the guest take back the buffers that were not used: it resets the ring.
  private func drain(_ device: TwinDevice) throws {
    while true {
      let sent = device.bench.send([Frames.plain(payload: 46)], toQueue: device.queue)
      _ = device.receiving.takeUsed()
      if sent != [.sent] { return }
    }
  }

  @Test func aFrameThatDoesNotFitIsLostAlone() throws {
    let device = try TwinDevice(TwinDevice.usual.subtracting(.mergeableBuffers))
    try device.start()
    for i in 0..<3 {
      _ = device.receiving.offer(
        [TwinBuffer(offset: 0x10000 + 0x1000 * i, length: 1600, isWritable: true)], table: nil)
    }
    let frames = [100, 3000, 1500].map { Frames.plain(payload: $0) }
    let sent = device.bench.send(frames, toQueue: device.queue)
    #expect(sent == [.sent, .tooLong, .sent])
    #expect(device.receiving.takeUsed().map(\.written) == [126, 1526])
    #expect(device.session.fault == nil)
  }

  @Test func framesWithoutRoomForAHeaderGoToo() throws {
    let device = try TwinDevice()
    try device.start()
    _ = device.receiving.offer([TwinBuffer(offset: 0x10000, length: 1600, isWritable: true)], table: nil)
    let frame = Frames.plain(payload: 300)
    let sent = device.bench.send([Bench.Frame(bytes: frame)], toQueue: device.queue, headroom: 4)
    #expect(sent == [.sent])
    #expect(device.memory.read(0x10000 + 12, frame.count) == frame)
  }

  @Test func offloadsCrossInBothDirections() throws {
    let device = try TwinDevice(TwinDevice.usual.union(.offloads))
    try device.start()
    let large = LargeFrames.tcp4(payload: 3000, segment: 1448)
    _ = device.receiving.offer([TwinBuffer(offset: 0x10000, length: 4096, isWritable: true)], table: nil)
    let sent = device.bench.send([large], toQueue: device.queue)
    #expect(sent == [.sent])
    // What the guest got is what it sends back.
    let written = try #require(device.receiving.takeUsed().first?.written)
    #expect(written == 12 + large.bytes.count)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: written)], table: nil)
    #expect(try device.receive().frames == [large])

    // A header that lies: a segment of 0 bytes.
    device.memory.store(UInt16(0), 0x10000 + 4)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: written)], table: nil)
    #expect(try device.receive().frames == [])
    // Shorter than its header, and longer than any frame.
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: 11)], table: nil)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: 70_000)], table: nil)
    #expect(try device.receive().frames == [])
    #expect(device.queue.receiveLosses == ReceiveLosses(tooLong: 1, badOffload: 2))
  }

  @Test func aGuestWithoutOffloadsGetsNone() throws {
    let device = try TwinDevice()
    try device.start()
    _ = device.receiving.offer([TwinBuffer(offset: 0x10000, length: 4096, isWritable: true)], table: nil)
    let sent = device.bench.send([LargeFrames.tcp4(payload: 3000, segment: 1448)], toQueue: device.queue)
    #expect(sent == [.refused])
  }

  @Test(arguments: notifications)
  func tellsAGuestThatWantsToBeTold(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    for isWanted in [true, false, true, false] {
      _ = device.sending.takeUsed()
      device.sending.setCalls(isWanted)
      _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
      #expect(try device.receive().frames.count == 1)
      #expect(device.call.clear() == isWanted)
    }
  }

  @Test(arguments: notifications)
  func asksForKicksBeforeItSleeps(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    func offer() { _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil) }
    _ = device.sending.wantsKick
    for _ in 0..<5 {
      #expect(!device.queue.prepareToSleep())
      #expect(!device.queue.prepareToSleep())
      offer()
      #expect(device.sending.wantsKick)
      device.kick.event.signal()
      #expect(try isReadable(device.queue))
      #expect(try device.receive().frames.count == 1)
      offer()
      #expect(!device.sending.wantsKick)
      // Somebody was faster than the sleep.
      #expect(device.queue.prepareToSleep())
      #expect(try !isReadable(device.queue))
      #expect(try device.receive().frames.count == 1)
      _ = device.sending.takeUsed()
    }
  }

  /// A switch that comes after one that died finds a guest that was told not to kick, and frames that wait.
  @Test(arguments: notifications) func asksForKicksWhereItGoesOn(features: VHostFeatures) throws {
    let device = try TwinDevice(features)
    try device.start()
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    _ = device.sending.wantsKick
    #expect(try device.receive().frames.count == 1)
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    #expect(!device.sending.wantsKick)
    // The ring is stopped and started where it was.
    try device.tell(.setRingEnabled, 1, 0)
    _ = try device.receive()
    try device.tell(.setRingEnabled, 1, 1)
    #expect(try isReadable(device.queue))
    #expect(try device.receive().frames.count == 1)
    #expect(!device.queue.prepareToSleep())
    _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    #expect(device.sending.wantsKick)
  }

  private func isReadable(_ queue: VHostQueue) throws -> Bool {
    var epoll = try Epoll()
    try epoll.add(try #require(queue.descriptor), tag: 0)
    return epoll.wait(timeoutMilliseconds: 0) > 0
  }

  /// A switch that dies and comes back finds out where a packed ring was, and loses nothing.
  @Test func goesOnInAPackedRingAfterAnEnd() throws {
    let device = try TwinDevice(TwinDevice.usual.union(.packedRing))
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    var request: [UInt8] = []
    for value in [UInt64(0), 0] { request.append(integer: value) }
    for value in [UInt16(2), UInt16(TwinDevice.size)] { request.append(integer: value) }
    try device.tell(.setFeatures, number: device.features.rawValue)
    try device.tell(.setProtocolFeatures, number: VHostProtocolFeatures.offered.rawValue)
    let answer = try #require(try device.tell(.getInflight, payload: request))
    let file = try #require(device.session.takeFile())
    let payload = Array(answer[12...])
    try device.tell(.setInflight, payload: payload, [file])
    try device.start()
    var received = 0
    for round in 0..<50 {
      for _ in 0..<7 {
        _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
      }
      if round % 5 == 4 {
        // Another switch, which is told the ring's beginning and nothing else.
        let queue = try VHostQueue(mtu: 65_535) {}
        let next = VHostSession(queues: [queue])
        device.replace(next, queue)
        try device.tell(.setFeatures, number: device.features.rawValue)
        try device.tell(.setProtocolFeatures, number: VHostProtocolFeatures.offered.rawValue)
        try device.tell(.setInflight, payload: payload, [file])
        try device.start()
      }
      received += try device.receive().frames.count
      _ = device.sending.takeUsed()
    }
    #expect(received == 350)
    #expect(device.session.fault == nil)
  }

  /// A guest goes on while nobody serves it: the last entry that was given back may be available again.
  @Test func goesOnBehindAnEntryThatIsAvailableAgain() throws {
    let device = try TwinDevice(TwinDevice.usual.union(.packedRing))
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    func offer() { _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil) }
    let record = try GuestTwin()
    let length = Int(InflightRecord.length(rings: 1, entries: TwinDevice.size, isPacked: true))
    var payload: [UInt8] = []
    for value in [UInt64(2 * length), 0] { payload.append(integer: value) }
    for value in [UInt16(2), UInt16(TwinDevice.size)] { payload.append(integer: value) }
    func start() throws {
      try device.tell(.setFeatures, number: device.features.rawValue)
      try device.tell(.setProtocolFeatures, number: VHostProtocolFeatures.offered.rawValue)
      try device.tell(.setInflight, payload: payload, [record.duplicate()])
      try device.start()
    }
    try start()
    offer()
    #expect(try device.receive().frames.count == 1)
    #expect(device.sending.takeUsed().count == 1)
    for _ in 0..<TwinDevice.size { offer() }
    // As a switch leaves it that ends when it has given the first entry back, before it has noted that.
    record.store(UInt64(1) | 1 << 32 | 1 << 40, length + 16)
    let queue = try VHostQueue(mtu: 65_535) {}
    device.replace(VHostSession(queues: [queue]), queue)
    try start()
    var received = 0
    while case let count = try device.receive().frames.count, count > 0 { received += count }
    #expect(received == TwinDevice.size)
    #expect(device.session.fault == nil)
  }

  /// Another switch is told of a packed ring where it once began, after whatever it has given back, and of rounds that are made
  /// half or whole. It takes what is left, once.
  @Test(arguments: [0, 1, 5, 63, 64, 65, 127, 128, 200]) func findsWhereAPackedRingIs(given: Int) throws {
    let device = try TwinDevice(TwinDevice.usual.union(.packedRing))
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    func offer() { _ = device.sending.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil) }
    try device.start()
    for _ in 0..<given {
      offer()
      #expect(try device.receive().frames.count == 1)
      #expect(device.sending.takeUsed().count == 1)
    }
    for waiting in [0, 1, 40, TwinDevice.size] {
      for _ in 0..<waiting { offer() }
      let queue = try VHostQueue(mtu: 65_535) {}
      device.replace(VHostSession(queues: [queue]), queue)
      try device.start()
      var received = 0
      while case let count = try device.receive().frames.count, count > 0 { received += count }
      #expect(received == waiting)
      #expect(device.sending.takeUsed().count == waiting)
      #expect(device.session.fault == nil)
    }
  }

  /// Indices wrap at 65,536, wherever a ring has begun.
  @Test func goesOnWhereTheRingSaysItIs() throws {
    let device = try TwinDevice()
    let twin = try #require(device.sending as? SplitTwin)
    let frame = header(device) + Frames.plain(payload: 46)
    device.memory.write(frame, 0x10000)
    try device.start()
    for _ in 0..<2100 {
      for _ in 0..<32 { _ = twin.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil) }
      #expect(try device.receive().frames.count == 32)
      #expect(twin.takeUsed().count == 32)
    }
    #expect(
      try device.ask(.getRingBase, number: 1).map { $0 >> 32 }
        == UInt64(UInt16(truncatingIfNeeded: 2100 * 32)))
    #expect(!device.session.isUp(0))
    try device.start(1)
    #expect(device.session.isUp(0))
    _ = twin.offer([TwinBuffer(offset: 0x10000, length: frame.count)], table: nil)
    #expect(try device.receive().frames.count == 1)
  }
}
