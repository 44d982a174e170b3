// Memory: rings of the test lie in arrays of words that it allocates and frees.
import CLinux
@testable import Ports
import Testing

/// The rings' arithmetic, with the test in the place of the kernel.
@Suite struct XDPRingTests {
  /// Memory as the kernel lays it out: two indices, flags, entries.
  @safe final class Memory {
    static let offsets = xdp_ring_offset(producer: 0, consumer: 64, desc: 192, flags: 128)
    let start: UnsafeMutableRawPointer

    init(size: Int) {
      unsafe start = .allocate(byteCount: 192 + 8 * size, alignment: 64)
      unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: 192 + 8 * size)
    }
    deinit { unsafe start.deallocate() }

    func place(size: Int) -> XDPRingPlace<UInt64> { unsafe XDPRingPlace(start, Self.offsets, size: size) }
    subscript(offset: Int) -> UInt32 {
      get { unsafe start.load(fromByteOffset: offset, as: UInt32.self) }
      set { unsafe start.storeBytes(of: newValue, toByteOffset: offset, as: UInt32.self) }
    }
    var producer: UInt32 {
      get { self[0] }
      set { self[0] = newValue }
    }
    var consumer: UInt32 {
      get { self[64] }
      set { self[64] = newValue }
    }
    var flags: UInt32 {
      get { self[128] }
      set { self[128] = newValue }
    }
    func entry(_ index: Int) -> UInt64 { unsafe start.load(fromByteOffset: 192 + 8 * index, as: UInt64.self) }
    func setEntry(_ index: Int, _ value: UInt64) {
      unsafe start.storeBytes(of: value, toByteOffset: 192 + 8 * index, as: UInt64.self)
    }
  }

  @Test func producesUntilFull() {
    let memory = Memory(size: 4)
    var ring = XDPProducerRing(memory.place(size: 4))
    for value in UInt64(10)..<14 {
      let left = ring.room
      #expect(left == 14 - Int(value))
      ring.append(value)
    }
    let none = ring.room
    #expect(none == 0)
    #expect(memory.producer == 0)
    ring.publish()
    #expect(memory.producer == 4)
    memory.consumer = 3
    let freed = ring.room
    #expect(freed == 3)
    let taken = ring.taken
    #expect(taken == 3)
    ring.append(99)
    #expect((0..<4).map(memory.entry) == [99, 11, 12, 13])
  }

  @Test func consumesWhatIsThere() {
    let memory = Memory(size: 4)
    var ring = XDPConsumerRing(memory.place(size: 4))
    let before = ring.count
    #expect(before == 0)
    for i in 0..<4 { memory.setEntry(i, UInt64(20 + i)) }
    memory.producer = 3
    let first = ring.count
    #expect(first == 3)
    let values = (0..<3).map { ring[$0] }
    #expect(values == [20, 21, 22])
    ring.removeFirst(2)
    #expect(memory.consumer == 2)
    memory.producer = 6
    let later = ring.count
    #expect(later == 4)
    let moreValues = (0..<4).map { ring[$0] }
    #expect(moreValues == [22, 23, 20, 21])
  }

  /// Indices go on behind 2^32.
  @Test func goesRoundTheIndices() {
    let memory = Memory(size: 2)
    var producer = XDPProducerRing(memory.place(size: 2))
    var consumer = XDPConsumerRing(memory.place(size: 2))
    // As after 2^32 - 1 frames: the ring counts by itself, so it is fed with jumps of its whole range.
    consumer.removeFirst(Int(UInt32.max))
    memory.producer = UInt32.max
    let before = consumer.count
    #expect(before == 0)
    memory.setEntry(1, 7)
    memory.setEntry(0, 8)
    memory.producer = 1
    let there = consumer.count
    #expect(there == 2)
    let values = [consumer[0], consumer[1]]
    #expect(values == [7, 8])
    consumer.removeFirst(2)
    #expect(memory.consumer == 1)

    memory.consumer = 0
    for round in 0..<UInt64(5) {
      producer.append(round)
      producer.publish()
      memory.consumer = memory.producer
      let room = producer.room
      #expect(room == 2)
    }
  }

  /// A kernel's index that cannot be is not believed.
  @Test(arguments: [5, 1000, UInt32.max])
  func neverSeesMoreThanTheRingHas(index: UInt32) {
    let memory = Memory(size: 4)
    let consumer = XDPConsumerRing(memory.place(size: 4))
    memory.producer = index
    let count = consumer.count
    #expect(count == 4)
    let producer = XDPProducerRing(memory.place(size: 4))
    memory.consumer = index
    let room = producer.room
    // One that is behind by the whole range but one is one ahead.
    #expect(room == (index == .max ? 3 : 0))
  }

  @Test func saysWhenTheKernelSleeps() {
    let memory = Memory(size: 4)
    let ring = XDPProducerRing(memory.place(size: 4))
    let before = ring.needsWakeUp
    #expect(!before)
    memory.flags = 1
    let after = ring.needsWakeUp
    #expect(after)
  }

  struct Step {
    var taken: UInt32
    var wasRefused = false
    var refused: UInt32?
    var after: UInt32
  }

  /// Five frames, from index `start` on.
  @Test(arguments: [0, 100, UInt32.max - 2])
  func knowsWhichFrameWasRefused(start: UInt32) {
    var progress = TransmitProgress()
    // Frames before these, all taken, in two steps because half the range is the furthest.
    _ = progress.note(taken: start / 2, end: start / 2, wasRefused: false)
    _ = progress.note(taken: start, end: start, wasRefused: false)
    #expect(progress.taken == start)
    let steps = [
      // The ring's index lags behind when nothing left in the call.
      Step(taken: 0, wasRefused: true, refused: 0, after: 1),
      Step(taken: 0, wasRefused: true, refused: 1, after: 2),
      // One left, the next was refused.
      Step(taken: 4, wasRefused: true, refused: 3, after: 4),
      Step(taken: 4, after: 4),
      // Back, or beyond what there is: not believed.
      Step(taken: 3, after: 4),
      Step(taken: 6, after: 4),
      Step(taken: 5, after: 5),
      // There is no frame that could have been refused.
      Step(taken: 5, wasRefused: true, refused: nil, after: 5),
    ]
    for step in steps {
      let refused = progress.note(taken: start &+ step.taken, end: start &+ 5, wasRefused: step.wasRefused)
      #expect(refused == step.refused.map { start &+ $0 })
      #expect(progress.taken == start &+ step.after)
    }
  }
}
