import Bytes
import Pipeline

/// The packets of which fragments have arrived, each in a place of its own: what is known of them, their headers
/// and payloads, and which parts are there.
///
/// A payload is kept where it belongs in the whole packet. Parts are counted in blocks of 8 bytes, the unit of
/// fragment offsets; bit maps say which have arrived and with which of them a fragment began, as the procedure of
/// RFC 791, section 3.2, does it.
///
/// # Memory
/// One allocation of `capacity` places, freed by `deinit`; pages that no packet has used are not touched. A place
/// is an index below `capacity`, which every access checks. Frames' bytes are copied in and out; ranges are checked
/// against the areas' sizes.
@safe struct PartialPackets: ~Copyable {
  /// What is known of one packet.
  struct Entry {
    var key: Fragment.Key
    /// Monotonic milliseconds.
    var deadline: UInt64
    /// The later a packet's first fragment came, the higher.
    var sequence: UInt64
    /// Fragments that wait.
    var frames = 0
    /// The packet's fragments overlapped: none of them is used, and none that comes.
    var isSpoiled = false
    /// Bytes of the frame's headers; 0 until the first part has come.
    var headerLength = 0
    var network = 0
    /// Of IPv6, what goes into the header before the fragment header, and where.
    var nextHeader: UInt8 = 0
    var nextHeaderField = 0
    /// Bytes of the payload; `nil` until the last part has come.
    var total: Int?
    /// Up to where there are parts.
    var end = 0
    var blocks = 0
    /// Bytes of the largest fragment.
    var largest = 0
    /// A bit for each ECN code point that was seen.
    var ecn: UInt8 = 0
    /// The next place with the same hash; `none` for none.
    fileprivate var next = PartialPackets.none
  }

  static var capacity: Int { 256 }
  /// Bytes of Ethernet and network headers that are kept.
  static var headerLimit: Int { 512 }
  private static var none: Int { -1 }
  private static var blockLimit: Int { 8192 }
  private static var mapOffset: Int { headerLimit + blockLimit * 8 }
  private static var placeByteCount: Int { mapOffset + blockLimit / 8 * 2 }

  private let memory: UnsafeMutableRawPointer
  private let entries: UnsafeMutablePointer<Entry?>
  private let heads: UnsafeMutablePointer<Int>
  /// Packets of each port.
  private let counts: UnsafeMutablePointer<Int>
  private let seed = UInt64.random(in: .min ... .max)
  private(set) var count = 0
  private var sequence: UInt64 = 0

  init() {
    unsafe memory = .allocate(byteCount: Self.capacity * Self.placeByteCount, alignment: 4096)
    unsafe entries = .allocate(capacity: Self.capacity)
    unsafe entries.initialize(repeating: nil, count: Self.capacity)
    unsafe heads = .allocate(capacity: Self.capacity)
    unsafe heads.initialize(repeating: Self.none, count: Self.capacity)
    unsafe counts = .allocate(capacity: PortIndex.limit)
    unsafe counts.initialize(repeating: 0, count: PortIndex.limit)
  }

  deinit {
    unsafe memory.deallocate()
    unsafe entries.deallocate()
    unsafe heads.deallocate()
    unsafe counts.deallocate()
  }

  /// What is at `place`; `nil` when it is free.
  subscript(place: Int) -> Entry? {
    get {
      precondition(place >= 0 && place < Self.capacity, "no such place")
      return unsafe entries[place]
    }
    nonmutating set {
      precondition(place >= 0 && place < Self.capacity, "no such place")
      unsafe entries[place] = newValue
    }
  }

  /// Packets that came in by `port`.
  func count(from port: PortIndex) -> Int {
    port.value < PortIndex.limit ? unsafe counts[port.value] : 0
  }

  private func count(_ change: Int, from port: PortIndex) {
    if port.value < PortIndex.limit { unsafe counts[port.value] += change }
  }

  // MARK: Finding

  private func bucket(_ key: Fragment.Key) -> Int { Int(key.hash(seed: seed) >> 32) % Self.capacity }

  /// Where the packet's parts are.
  func find(_ key: Fragment.Key) -> Int? {
    var place = unsafe heads[bucket(key)]
    while place != Self.none, let entry = self[place] {
      if entry.key == key { return place }
      place = entry.next
    }
    return nil
  }

  /// A place for a packet that has none; `nil` when all are taken.
  mutating func add(_ key: Fragment.Key, deadline: UInt64) -> Int? {
    guard let place = (0..<Self.capacity).first(where: { self[$0] == nil }) else { return nil }
    let bucket = bucket(key)
    sequence += 1
    var entry = Entry(key: key, deadline: deadline, sequence: sequence)
    entry.next = unsafe heads[bucket]
    self[place] = entry
    unsafe heads[bucket] = place
    count += 1
    count(1, from: key.port)
    for word in 0..<(Self.blockLimit / 32) { unsafe map(place)[word] = 0 }
    return place
  }

  /// Frees a place. Returns what was there.
  @discardableResult
  mutating func remove(_ place: Int) -> Entry? {
    guard let entry = self[place] else { return nil }
    let bucket = bucket(entry.key)
    if unsafe heads[bucket] == place {
      unsafe heads[bucket] = entry.next
    } else {
      var previous = unsafe heads[bucket]
      while let other = self[previous], other.next != place { previous = other.next }
      self[previous]?.next = entry.next
    }
    self[place] = nil
    count -= 1
    count(-1, from: entry.key.port)
    return entry
  }

  // MARK: Parts

  private func base(_ place: Int) -> UnsafeMutableRawPointer {
    precondition(place >= 0 && place < Self.capacity, "no such place")
    return unsafe memory + place * Self.placeByteCount
  }

  /// A bit for each block that is there, then one for each with which a fragment begins.
  private func map(_ place: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe (base(place) + Self.mapOffset).assumingMemoryBound(to: UInt64.self)
  }

  private func bits(_ word: Int, of blocks: Range<Int>) -> UInt64 {
    let low = max(blocks.lowerBound - word * 64, 0)
    let high = min(blocks.upperBound - word * 64, 64)
    return (high == 64 ? ~0 : (1 << UInt64(high)) - 1) & ~((1 << UInt64(low)) - 1)
  }

  private func words(of blocks: Range<Int>) -> ClosedRange<Int> {
    precondition(!blocks.isEmpty && blocks.upperBound <= Self.blockLimit, "blocks behind the last one")
    return blocks.lowerBound / 64...(blocks.upperBound - 1) / 64
  }

  /// How many of `blocks` are there.
  func arrived(_ blocks: Range<Int>, at place: Int) -> Int { ones(in: 0, blocks, at: place) }

  /// How many bits of `blocks` are set in the map that begins with the word `start`.
  private func ones(in start: Int, _ blocks: Range<Int>, at place: Int) -> Int {
    var count = 0
    for word in words(of: blocks) {
      let bits = unsafe map(place)[start + word] & self.bits(word, of: blocks)
      count += bits.nonzeroBitCount
    }
    return count
  }

  /// Whether a fragment that came was exactly that: began there, and no other one began before its end.
  func isRepeated(_ blocks: Range<Int>, at place: Int) -> Bool {
    guard arrived(blocks, at: place) == blocks.count,
      ones(in: Self.blockLimit / 64, blocks, at: place) == 1, isStart(blocks.lowerBound, at: place)
    else { return false }
    let end = blocks.upperBound
    return end == Self.blockLimit || arrived(end..<(end + 1), at: place) == 0 || isStart(end, at: place)
  }

  private func isStart(_ block: Int, at place: Int) -> Bool {
    unsafe map(place)[(Self.blockLimit + block) / 64] >> UInt64(block & 63) & 1 != 0
  }

  /// Notes that a fragment of `blocks`, none of which was there, has come.
  func mark(_ blocks: Range<Int>, at place: Int) {
    for word in words(of: blocks) { unsafe map(place)[word] |= bits(word, of: blocks) }
    unsafe map(place)[(Self.blockLimit + blocks.lowerBound) / 64] |= 1 << UInt64(blocks.lowerBound & 63)
  }

  /// Keeps `count` bytes of `packet` from `start` on as the packet's payload from `offset` on.
  func keepPayload(of packet: Packet, from start: Int, count: Int, at offset: Int, in place: Int) {
    precondition(start >= 0 && count >= 0 && start + count <= packet.length, "bytes behind the frame's end")
    precondition(offset >= 0 && offset + count <= Self.blockLimit * 8, "bytes behind the payload's end")
    unsafe (base(place) + Self.headerLimit + offset)
      .copyMemory(from: packet.pointer + start, byteCount: count)
  }

  /// Keeps the first `count` bytes of `packet` as the headers.
  func keepHeaders(of packet: Packet, count: Int, in place: Int) {
    precondition(count >= 0 && count <= min(packet.length, Self.headerLimit), "too many headers")
    unsafe base(place).copyMemory(from: packet.pointer, byteCount: count)
  }

  /// Makes `packet` hold the headers and the payload that are kept, so many bytes of each.
  func write(headers: Int, payload: Int, of place: Int, to packet: Packet) {
    precondition(headers <= Self.headerLimit && payload <= Self.blockLimit * 8, "more than there is")
    packet.setLength(headers + payload)
    unsafe packet.pointer.copyMemory(from: base(place), byteCount: headers)
    unsafe (packet.pointer + headers)
      .copyMemory(from: base(place) + Self.headerLimit, byteCount: payload)
  }
}
