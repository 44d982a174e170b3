/// Everything that workers read to decide where a frame goes: ports, bridges, flow tables.
///
/// # Threads
/// There are two of these, kept alike by `LeftRight`: workers read one while the control thread changes the
/// other. Nothing in it is reference counted on the way that a frame takes.
///
/// # Memory
/// A handle of fixed arrays, zero pages until used, made by `allocate` and freed by `deallocate`. `PortIndex` and
/// `BridgeIndex` are below the limits because only the control thread makes them (`Switch`), and each access
/// checks that again.
@safe public struct ForwardingState: @unchecked Sendable {
  /// A state without ports and bridges, for those who have not got one yet.
  static let empty = allocate()

  private let ports: UnsafeMutablePointer<PortRecord>
  /// Two sets of 4096 VLANs a port, 64 words each: trunks, then customer VLANs.
  private let vlanSets: UnsafeMutablePointer<UInt64>
  private let bridges: UnsafeMutablePointer<BridgeRecord?>
  /// What changed last.
  let changes: ChangeLog

  static func allocate() -> ForwardingState { ForwardingState() }

  private init() {
    unsafe ports = .allocate(capacity: PortIndex.limit)
    unsafe ports.initialize(repeating: PortRecord(), count: PortIndex.limit)
    unsafe vlanSets = .allocate(capacity: PortIndex.limit * 128)
    unsafe bridges = .allocate(capacity: BridgeIndex.limit)
    unsafe bridges.initialize(repeating: nil, count: BridgeIndex.limit)
    changes = .allocate()
  }

  func deallocate() {
    unsafe ports.deallocate()
    unsafe vlanSets.deallocate()
    for i in 0..<BridgeIndex.limit { unsafe bridges[i]?.deallocate() }
    unsafe bridges.deallocate()
    changes.deallocate()
  }

  // MARK: Workers' side

  /// The port at `index`; one that does not exist for `.none`.
  @inline(__always)
  public func port(_ index: PortIndex) -> PortRecord {
    guard index.value < PortIndex.limit else { return PortRecord() }
    return unsafe ports[index.value]
  }

  @inline(__always)
  func trunk(_ index: PortIndex, carries vlan: UInt16) -> Bool { contains(index.value * 128, vlan) }

  @inline(__always)
  func tunnel(_ index: PortIndex, takes customerVLAN: UInt16) -> Bool {
    contains(index.value * 128 + 64, customerVLAN)
  }

  @inline(__always)
  private func contains(_ set: Int, _ vlan: UInt16) -> Bool {
    unsafe vlanSets[set + Int(vlan & 0xfff) >> 6] >> UInt64(vlan & 63) & 1 != 0
  }

  /// The bridge at `index`.
  @inline(__always)
  public func bridge(_ index: BridgeIndex) -> BridgeRecord? {
    guard index.value < BridgeIndex.limit else { return nil }
    return unsafe bridges[index.value]
  }

  // MARK: Control thread's side

  /// Makes the port at `index` what `record` says.
  public func setPort(_ index: PortIndex, to record: PortRecord, vlan: VLANSettings) {
    precondition(index.value < PortIndex.limit, "a port index out of range")
    fill(index.value * 128, with: vlan.trunks)
    fill(index.value * 128 + 64, with: vlan.customerVLANs)
    unsafe ports[index.value] = record
  }

  /// An empty set stands for all VLANs.
  private func fill(_ set: Int, with vlans: Set<UInt16>) {
    for i in 0..<64 { unsafe vlanSets[set + i] = vlans.isEmpty ? ~0 : 0 }
    for vlan in vlans { unsafe vlanSets[set + Int(vlan & 0xfff) >> 6] |= 1 << UInt64(vlan & 63) }
  }

  public func removePort(_ index: PortIndex) {
    precondition(index.value < PortIndex.limit, "a port index out of range")
    unsafe ports[index.value] = PortRecord()
  }

  public func addBridge(_ index: BridgeIndex, fdb: FDB, counters: TableCounters) {
    precondition(unsafe bridges[index.value] == nil, "a bridge index in use")
    unsafe bridges[index.value] = .allocate(fdb: fdb, counters: counters)
  }

  public func removeBridge(_ index: BridgeIndex) {
    unsafe bridges[index.value]?.deallocate()
    unsafe bridges[index.value] = nil
  }
}
