/// The table Mirror.
extension Column {
  static func mirror(
    _ name: String, _ type: ColumnType,
    _ read: @escaping @Sendable (MirrorConfiguration, MirrorStatus) -> ColumnValue,
    _ write: (@Sendable (inout MirrorConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .mirror(let bridge, var mirror, let status) = row else { return }
        write(&mirror, value)
        row = .mirror(bridge: bridge, mirror, status)
      }
    }
    return Column(
      name: name, type: type,
      read: { if case .mirror(_, let mirror, let status) = $0 { read(mirror, status) } else { .empty } },
      write: setter)
  }
}

/// What the running switch knows of a mirror.
struct MirrorStatus: Equatable, Sendable {
  /// `nil` while the mirror does not run.
  var traffic: Traffic?

  struct Traffic: Equatable, Sendable {
    var packets: UInt64
    var bytes: UInt64
  }

  /// The column `statistics`.
  var pairs: [String: String] {
    traffic.map { ["tx_packets": String($0.packets), "tx_bytes": String($0.bytes)] } ?? [:]
  }
}

extension Table {
  static let mirrorColumns: [Column] = [
    .mirror(
      "external_ids", .map(keys: nil), { mirror, _ in .map(mirror.externalIDs) },
      { $0.externalIDs = $1.pairs }),
    .mirror("name", .optional(.text), { mirror, _ in .string(mirror.name) }),
    .mirror(
      "output_port", .optional(.record("Port")), { mirror, _ in .string(mirror.outputPort) },
      { $0.outputPort = $1.string }),
    .mirror(
      "output_vlan", .optional(.integer(1...4095)), { mirror, _ in .integer(mirror.outputVLAN) },
      { $0.outputVLAN = $1.vlans.first }),
    .mirror(
      "select_all", .one(.boolean, default: .boolean(false)), { mirror, _ in .boolean(mirror.selectsAll) },
      { $0.selectsAll = $1.boolean ?? false }),
    .mirror(
      "select_dst_port", .set(.record("Port")), { mirror, _ in .strings(mirror.destinations) },
      { $0.destinations = $1.strings }),
    .mirror(
      "select_src_port", .set(.record("Port")), { mirror, _ in .strings(mirror.sources) },
      { $0.sources = $1.strings }),
    .mirror(
      "select_vlan", .set(.integer(0...4095)), { mirror, _ in .integers(mirror.vlans) },
      { $0.vlans = $1.vlans }),
    .mirror(
      "snaplen", .optional(.integer(14...65_535)), { mirror, _ in .integer(mirror.snapLength) },
      { $0.snapLength = $1.integer }),
    .mirror("statistics", .map(keys: nil), { .map($1.pairs) }),
    .mirror("status", .map(keys: nil), { mirror, _ in .map(["state": mirror.state]) }),
  ]
}

extension ColumnValue {
  fileprivate static func strings(_ values: Set<String>) -> ColumnValue {
    .set(values.sorted().map(Atom.string))
  }

  fileprivate var strings: Set<String> { Set(atoms.map(\.plainText)) }
}
