import Match

extension TableStatistics {
  public static func print(_ items: [TableStatistics], to printer: inout MessagePrinter) {
    var previous: (statistics: TableStatistics, abilities: TableAbilities?)?
    var index = 0
    while index < items.count {
      let item = items[index]
      let abilities = item.abilities(printer.version)
      printer.append("\n")
      if let previous, item.isLike(previous.statistics), abilities == previous.abilities {
        // Those after it that are the same too.
        var end = index + 1
        while end < items.count, items[end].isLike(item),
          items[end].abilities(printer.version) == abilities
        {
          end += 1
        }
        if end - index > 1 {
          printer.append("  tables \(item.table)...\(items[end - 1].table): ditto\n")
        } else {
          printer.append("  table ")
          printer.append(table: item.table)
          printer.append(": ditto\n")
        }
        index = end
        continue
      }
      printer.append("  table ")
      printer.append(table: item.table)
      if !item.name.isEmpty { printer.append(" (\"\(item.name)\")") }
      printer.append(":\n    active=\(item.activeEntries), lookup=\(item.lookups), matched=\(item.matches)\n")
      if let abilities {
        if abilities == previous?.abilities {
          printer.append("    (same features)\n")
        } else {
          abilities.print(after: previous?.abilities, to: &printer)
        }
      }
      previous = (item, abilities)
      index += 1
    }
  }

  private func isLike(_ other: TableStatistics) -> Bool {
    activeEntries == other.activeEntries && lookups == other.lookups && matches == other.matches
  }

  /// What is printed of what the table can do: nothing from 1.3 on.
  private func abilities(_ version: OpenFlowVersion) -> TableAbilities? {
    guard version < .v13, let bits else { return nil }
    var abilities = TableAbilities()
    abilities.maximumEntries = maximumEntries
    func fields(_ bits: UInt64) -> [Field] { Self.fields(bits, version) }
    if version == .v10 {
      abilities.wildcardable = fields(bits.wildcards)
      return abilities
    }
    abilities.metadataMatch = bits.metadataMatch
    abilities.metadataWrite = bits.metadataWrite
    abilities.miss = TableMiss(TableConfig(rawValue: bits.config))
    abilities.wildcardable = fields(bits.match & bits.wildcards)
    abilities.exact = fields(bits.match & ~bits.wildcards)
    var rules = TableInstructions()
    rules.types = bits.instructions
    rules.write = TableActions(types: bits.writeActions, fields: fields(bits.writeFields))
    rules.apply = TableActions(types: bits.applyActions, fields: fields(bits.applyFields))
    abilities.rules = rules
    return abilities
  }

  /// The fields that `bits` stand for, in the order of the field table.
  private static func fields(_ bits: UInt64, _ version: OpenFlowVersion) -> [Field] {
    let names: [Field] =
      switch version {
      case .v10: fields10.filter { bits & $0.bit != 0 }.compactMap { Field.named($0.name) }
      case .v11: fields11.filter { bits & $0.bit != 0 }.compactMap { Field.named($0.name) }
      default:
        (0..<36).filter { bits & 1 << UInt64($0) != 0 }.compactMap { number in
          fields12[UInt64(number)]
        }
      }
    return names.sorted { $0.number < $1.number }
  }

  /// `OFPFW_*` of 1.0; the bits of addresses say how many bits are wild.
  private static let fields10: [(bit: UInt64, name: String)] = [
    (1 << 0, "in_port"), (1 << 1, "vlan_vid"), (1 << 20, "vlan_pcp"), (1 << 2, "eth_src"),
    (1 << 3, "eth_dst"), (1 << 4, "eth_type"), (1 << 21, "nw_tos"), (1 << 5, "nw_proto"),
    (0x3f << 8, "ip_src"), (0x3f << 14, "ip_dst"), (1 << 6, "tcp_src"), (1 << 7, "tcp_dst"),
  ]
  /// `OFPFMF_*` of 1.1.
  private static let fields11: [(bit: UInt64, name: String)] = [
    (1 << 0, "in_port"), (1 << 1, "vlan_vid"), (1 << 2, "vlan_pcp"), (1 << 3, "eth_type"),
    (1 << 4, "nw_tos"), (1 << 5, "nw_proto"), (1 << 6, "tcp_src"), (1 << 7, "tcp_dst"),
    (1 << 8, "mpls_label"), (1 << 9, "mpls_tc"), (1 << 11, "eth_src"), (1 << 12, "eth_dst"),
    (1 << 13, "ip_src"), (1 << 14, "ip_dst"), (1 << 15, "metadata"),
  ]
  /// By the number that OXM gives them.
  private static let fields12: [UInt64: Field] = {
    var result: [UInt64: Field] = [:]
    for field in Field.all {
      guard let header = field.header(in: .v12), header.rawValue >> 16 == 0x8000 else { continue }
      result[UInt64(header.rawValue >> 9 & 0x7f)] = field
    }
    return result
  }()
}
