import Bytes
import Ports
import Sys
import Synchronization
import TestKit

/// A port, a front end that says anything, a guest whose rings hold anything, and a worker.
final class VHostWorld {
  private typealias Request = VHostFrontEnd.Request

  private var random: SeededGenerator
  private let options: VHostUserOptions
  private let port: VHostUserPort
  private var pool = PacketPool(capacity: 128)
  private var batch = PacketBatch()

  private var frontEnd: VHostFrontEnd
  private var memory: VHostMemory
  private var noise: VHostNoise
  private var features: UInt64 = 0
  /// Whether the switch was told of nothing else in the memory's file that it may write.
  private var knowsOnlyPieces = true
  private var isCut = false
  private let kick: EventFD
  private let call: EventFD
  private let files: VHostFiles
  private let scribbler: VHostScribbler?

  /// What went wrong.
  private(set) var violations: [String] = []

  /// - Parameter scribbler: changes the rings while they are in use.
  init(seed: UInt64, socket: String, files: VHostFiles, scribbler: VHostScribbler?) throws {
    self.scribbler = scribbler
    random = SeededGenerator(seed: seed)
    self.files = files
    var options = VHostUserOptions(socket: socket)
    options.queues = Int.random(in: 1...2, using: &random)
    if Bool.random(using: &random) { options.mtu = Int.random(in: 68...65_535, using: &random) }
    self.options = options
    port = try VHostUserPort.open(options)
    frontEnd = try VHostFrontEnd(socket)
    kick = try EventFD()
    call = try EventFD()
    memory = try VHostMemory()
    noise = VHostNoise(memory: memory, isPacked: false, size: 1, rings: 2, nonsense: 0)
    try begin()
  }

  private var rings: Int { 2 * options.queues }

  private func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { violations.append(what()) }
  }

  // MARK: A front end

  /// Connects anew, with other memory and other features.
  private func begin() throws {
    try changeMemory()
    frontEnd = try VHostFrontEnd(options.socket)
    let isPacked = Bool.random(using: &random)
    let size = Int.random(in: 1...256, using: &random)
    noise = VHostNoise(
      memory: memory, isPacked: isPacked, size: isPacked ? size : 1 << (63 - size.leadingZeroBitCount),
      rings: rings,
      nonsense: [0, 2, 2, 10].randomElement(using: &random) ?? 0)
    // What is never without: protocol features, version 1.
    features = 1 << 30 | 1 << 32
    for bit in [15, 22, 26, 28, 28, 29] where Bool.random(using: &random) { features |= 1 << bit }
    if Bool.random(using: &random) {
      for bit in [0, 1, 7, 8, 9, 11, 12, 13, 54, 55, 56] { features |= 1 << bit }
    }
    if isPacked { features |= 1 << 34 }
    scribbler?.set(noise)
    setUp(isWhole: true)
  }

  private func changeMemory() throws {
    if knowsOnlyPieces, let damage = memory.damage {
      violations.append("byte \(damage), which is not the guest's, was written")
    }
    if isCut { memory = try VHostMemory() } else if !knowsOnlyPieces { memory.restore() }
    knowsOnlyPieces = true
    isCut = false
  }

  private func number(_ request: UInt32, _ value: UInt64, _ descriptors: [CInt] = []) {
    frontEnd.send(VHostFrontEnd.message(request, VHostFrontEnd.bytes([value])), descriptors)
  }

  private func ring(_ request: UInt32, _ ring: Int, _ value: UInt32) {
    number(request, UInt64(ring) | UInt64(value) << 32)
  }

  /// All that a front end says before frames flow, or what it says of its rings when they have changed.
  private func setUp(isWhole: Bool) {
    if isWhole {
      number(Request.setFeatures, features)
      number(Request.setProtocolFeatures, 0x901b)
      var table = VHostFrontEnd.bytes([UInt32(VHostMemory.regions.count), 0])
      for region in VHostMemory.regions { table += VHostFrontEnd.bytes(region) }
      frontEnd.send(
        VHostFrontEnd.message(Request.setMemoryTable, table),
        VHostMemory.regions.map { _ in memory.file.rawValue })
      if features >> 26 & 1 != 0 {
        let log = VHostMemory.log
        frontEnd.send(
          VHostFrontEnd.message(
            Request.setLogBase, VHostFrontEnd.bytes([UInt64(log.count), UInt64(log.lowerBound)])),
          [memory.file.rawValue])
      }
      if Bool.random(using: &random) { keepRecord() }
    }
    for ring in 0..<rings { setUp(ring) }
  }

  /// The record of an earlier switch, which may have written anything.
  private func keepRecord() {
    let start = VHostMemory.record.lowerBound
    let entries = Int.random(in: noise.size...(noise.size + 256), using: &random)
    let length = (noise.isPacked ? 32 + 32 * entries : 16 + 16 * entries) + 63 & ~63
    for ring in 0..<rings {
      let place = start + length * ring
      memory.store(UInt16.random(in: 0...1, using: &random), place + 8)
      for word in [16, 18] {
        memory.store(UInt16.random(in: 0..<UInt16(entries), using: &random), place + word)
      }
      memory.store(UInt16.random(in: 0...UInt16.max, using: &random) & 0x101, place + 20)
    }
    let sizes = UInt64(rings) | UInt64(entries) << 16
    frontEnd.send(
      VHostFrontEnd.message(
        Request.setInflight,
        VHostFrontEnd.bytes([UInt64(length * rings), UInt64(start)]) + VHostFrontEnd.bytes([sizes]).prefix(4)),
      [memory.file.rawValue])
  }

  private func setUp(_ ring: Int) {
    let places = noise.places(ring)
    number(Request.getRingBase, UInt64(ring))
    self.ring(Request.setRingSize, ring, UInt32(noise.size))
    let base = UInt32.random(in: 0..<UInt32(noise.size), using: &random)
    self.ring(
      Request.setRingBase, ring, noise.isPacked && Bool.random(using: &random) ? base | 1 << 15 : base)
    var payload = VHostFrontEnd.bytes([UInt32(ring), UInt32.random(in: 0...1, using: &random)])
    for offset in [places.descriptors, places.device, places.driver] {
      payload += VHostFrontEnd.bytes([VHostMemory.userAddress(offset)])
    }
    payload += VHostFrontEnd.bytes([VHostMemory.guestAddress(places.device)])
    frontEnd.send(VHostFrontEnd.message(Request.setRingAddresses, payload))
    number(Request.setRingKick, UInt64(ring), [kick.descriptor])
    number(Request.setRingCall, UInt64(ring), [call.descriptor])
    number(Request.setRingError, UInt64(ring), [call.descriptor])
    self.ring(Request.setRingEnabled, ring, 1)
  }

  // MARK: Steps

  /// Does something, and looks whether all is as it should be.
  func step() throws {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<75:
      for ring in 0..<rings { noise.offer(ring: ring, &random) }
      pump()
    case 75..<92:
      let (bytes, descriptors) = files.message(memory.file.rawValue, &random)
      if descriptors.contains(memory.file.rawValue) { knowsOnlyPieces = false }
      frontEnd.send(bytes, descriptors)
      try settle()
      pump()
    case 92..<98:
      try settle()
      setUp(isWhole: false)
      try settle()
    case 98:
      memory.cut(to: Int.random(in: 0..<VHostMemory.length, using: &random))
      knowsOnlyPieces = false
      isCut = true
      pump()
      try settle()
      try begin()
    default:
      let count = Int.random(in: 1...200, using: &random)
      let bytes = (0..<count).map { _ in
        UInt8.random(in: 0...255, using: &random) >> UInt8.random(in: 0...7, using: &random)
      }
      frontEnd.send(bytes)
      frontEnd.finish()
      expect(frontEnd.wait() != .none, "the switch does not end a connection that has ended")
      try begin()
    }
    if port.peer != .connected {
      try settle()
      if port.peer != .connected { setUp(isWhole: false) }
    }
  }

  /// Waits for the switch to have done what was said.
  private func settle() throws {
    switch frontEnd.settle() {
    case .done: break
    case .ended: try begin()
    case .none: violations.append("the switch does not answer")
    }
  }

  /// What a worker does, once by each queue.
  private func pump() {
    for queue in port.queues {
      _ = queue.receive(into: &batch, from: &pool)
      for i in 0..<batch.count {
        expect(batch[i].length <= Packet.maximumLength, "a frame of \(batch[i].length) bytes")
        pool.give(batch[i])
      }
      batch.removeAll()
      expect(pool.available == pool.capacity, "\(pool.available) slots of \(pool.capacity) are left")
      for _ in 0..<Int.random(in: 0...PacketBatch.capacity, using: &random) {
        guard let packet = pool.take() else { break }
        packet.setLength(
          Int.random(in: 0..<32, using: &random) == 0
            ? Int.random(in: 14...65_535, using: &random) : Int.random(in: 14...1514, using: &random))
        packet.offload = OffloadHeader()
        if Int.random(in: 0..<16, using: &random) == 0 {
          _ = packet.prepend(Int.random(in: 0...Packet.headroom, using: &random))
        }
        batch.append(packet)
      }
      var report = TransmitReport()
      queue.transmit(batch, report: &report)
      for i in 0..<batch.count { pool.give(batch[i]) }
      batch.removeAll()
      if Bool.random(using: &random) { _ = queue.prepareToSleep() }
    }
  }

  // MARK: Afterwards

  /// Looks whether a front end that tells no lies is served after all that.
  func finish() throws {
    scribbler?.set(nil)
    // Other memory: the scribbler may be at its last strokes.
    isCut = true
    try changeMemory()
    frontEnd = try VHostFrontEnd(options.socket)
    noise = VHostNoise(memory: memory, isPacked: false, size: 8, rings: rings, nonsense: 0)
    features = 1 << 30 | 1 << 32
    setUp(isWhole: true)
    expect(frontEnd.settle() == .done, "a front end that tells no lies is not served")
    expect(port.peer == .connected, "a guest that tells no lies has \(port.peer)")
    let places = noise.places(1)
    let buffer = VHostMemory.pieces[1].lowerBound
    for i in 0..<60 { memory.store(UInt8(i + 1), buffer + 12 + i) }
    memory.store(VHostMemory.guestAddress(buffer), places.descriptors)
    memory.store(UInt32(72), places.descriptors + 8)
    memory.store(UInt16(1), places.driver + 2)
    _ = port.queues[0].receive(into: &batch, from: &pool)
    expect(batch.count == 1, "\(batch.count) frames of a guest that has sent one")
    for i in 0..<batch.count {
      let bytes = batch[i].bytes
      let isSame =
        bytes.byteCount == 60 && (0..<60).allSatisfy { bytes.load(UInt8.self, at: $0) == UInt8($0 + 1) }
      expect(isSame, "a frame is not what the guest has sent")
      pool.give(batch[i])
    }
    batch.removeAll()
  }
}
