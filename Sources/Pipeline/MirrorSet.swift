/// What a worker knows of a bridge's mirrors, as a handle of one word: for each port the mirrors that select it, as a bit
/// for each, and what each mirror does.
///
/// # Memory
/// One allocation: header, mirrors, a set of 4096 VLANs for each, then for each port of the switch two masks. Made by
/// `allocate` on the control thread; nothing in it changes afterwards. The control thread frees it (`deallocate`) when no
/// worker can see it any more. The counters are not part of it: they outlive changes. Accesses are checked against the
/// number of mirrors and `PortIndex.limit`.
@safe public struct MirrorSet: BitwiseCopyable, @unchecked Sendable {
  /// Mirrors that a bridge can have.
  public static var limit: Int { 32 }

  /// One mirror with its ports found.
  public struct Mirror: Sendable {
    public enum Output: Hashable, Sendable {
      case port(PortIndex)
      case vlan(UInt16)
    }

    public var sources: [PortIndex]
    public var destinations: [PortIndex]
    /// Empty for all.
    public var vlans: Set<UInt16>
    public var output: Output
    /// 0 for whole copies.
    public var snapLength: UInt32
    /// Its number in the order of the bridge's mirrors, for traces.
    public var number: UInt8
    public var traffic: TrafficCounter

    public init(
      sources: [PortIndex], destinations: [PortIndex], vlans: Set<UInt16>, output: Output,
      snapLength: UInt32, number: UInt8, traffic: TrafficCounter
    ) {
      self.sources = sources
      self.destinations = destinations
      self.vlans = vlans
      self.output = output
      self.snapLength = snapLength
      self.number = number
      self.traffic = traffic
    }
  }

  /// The same for workers.
  struct Entry: BitwiseCopyable {
    /// `.none` for a mirror that copies into a VLAN.
    var output: PortIndex
    var outputVLAN: UInt16
    var selectsVLANs: Bool
    var number: UInt8
    var snapLength: UInt32
    /// The mirrors whose copies go where its own go, itself among them: a frame gets there once.
    var twins: UInt32
    var traffic: TrafficCounter
  }

  private struct Header {
    var count: Int
  }

  private let header: UnsafeMutablePointer<Header>

  private var count: Int { unsafe header.pointee.count }

  private var entries: UnsafeMutablePointer<Entry> {
    unsafe UnsafeMutableRawPointer(header + 1).assumingMemoryBound(to: Entry.self)
  }
  private var vlans: UnsafeMutablePointer<UInt64> {
    unsafe UnsafeMutableRawPointer(entries + header.pointee.count).assumingMemoryBound(to: UInt64.self)
  }
  private var masks: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(vlans + 64 * header.pointee.count).assumingMemoryBound(to: UInt32.self)
  }

  /// Precondition: at most `limit` mirrors.
  public static func allocate(_ mirrors: [Mirror]) -> MirrorSet {
    precondition(mirrors.count <= limit, "more mirrors than a mask has bits")
    let size =
      MemoryLayout<Header>.stride + mirrors.count * (MemoryLayout<Entry>.stride + 64 * 8)
      + 2 * PortIndex.limit * MemoryLayout<UInt32>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    let header = unsafe block.bindMemory(to: Header.self, capacity: 1)
    unsafe header.initialize(to: Header(count: mirrors.count))
    let result = unsafe MirrorSet(header: header)
    unsafe result.vlans.initialize(repeating: 0, count: 64 * mirrors.count)
    unsafe result.masks.initialize(repeating: 0, count: 2 * PortIndex.limit)
    for (place, mirror) in mirrors.enumerated() { result.put(mirror, at: place, among: mirrors) }
    return result
  }

  private init(header: UnsafeMutablePointer<Header>) { unsafe self.header = header }

  public func deallocate() { unsafe UnsafeMutableRawPointer(header).deallocate() }

  private func put(_ mirror: Mirror, at place: Int, among all: [Mirror]) {
    var entry = Entry(
      output: .none, outputVLAN: 0, selectsVLANs: !mirror.vlans.isEmpty, number: mirror.number,
      snapLength: mirror.snapLength, twins: 0, traffic: mirror.traffic)
    switch mirror.output {
    case .port(let port): entry.output = port
    case .vlan(let vlan): entry.outputVLAN = vlan
    }
    for (other, twin) in all.enumerated() where twin.output == mirror.output {
      entry.twins |= 1 << UInt32(other)
    }
    unsafe (entries + place).initialize(to: entry)
    for vlan in mirror.vlans {
      unsafe vlans[place * 64 + Int(vlan & 0xfff) >> 6] |= 1 << UInt64(vlan & 63)
    }
    for port in mirror.sources where port.value < PortIndex.limit {
      unsafe masks[2 * port.value] |= 1 << UInt32(place)
    }
    for port in mirror.destinations where port.value < PortIndex.limit {
      unsafe masks[2 * port.value + 1] |= 1 << UInt32(place)
    }
  }

  /// The mirrors that select frames that come in by the port.
  func mirrors(ofArrivalsAt port: PortIndex) -> UInt32 {
    port.value < PortIndex.limit ? unsafe masks[2 * port.value] : 0
  }

  /// The mirrors that select frames that leave by the port.
  func mirrors(ofDeparturesBy port: PortIndex) -> UInt32 {
    port.value < PortIndex.limit ? unsafe masks[2 * port.value + 1] : 0
  }

  subscript(place: Int) -> Entry {
    precondition(place < count, "a mirror behind the last one")
    return unsafe entries[place]
  }

  func mirror(_ place: Int, selects vlan: UInt16) -> Bool {
    precondition(place < count, "a mirror behind the last one")
    return unsafe vlans[place * 64 + Int(vlan & 0xfff) >> 6] >> UInt64(vlan & 63) & 1 != 0
  }
}
