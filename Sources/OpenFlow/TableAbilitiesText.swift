import Match

extension TableAbilities {
  /// Appends the lines, but for those that would only repeat what is the same in `previous`, the table before.
  func print(after previous: TableAbilities?, to printer: inout MessagePrinter) {
    if metadataMatch | metadataWrite != 0 {
      printer.append("    metadata: match=")
      printer.append(hexadecimal: metadataMatch)
      printer.append(" write=")
      printer.append(hexadecimal: metadataWrite)
      printer.append("\n")
    }
    if let miss { printer.append("    config=\(miss.name)\n") }
    if printer.version >= .v14 {
      printer.append("    eviction: \(evicts ? "" : "not ")supported\n")
      printer.append("    vacancy events: \(reportsVacancy ? "" : "not ")supported\n")
    }
    if maximumEntries != 0 { printer.append("    max_entries=\(maximumEntries)\n") }
    if let rules {
      if let previous, previous.rules == rules, previous.misses == misses {
        printer.append("    (same instructions)\n")
      } else if let misses, misses != rules {
        printer.append("    instructions (other than table miss):\n")
        rules.print(after: previous?.rules, to: &printer)
        printer.append("    instructions (table miss):\n")
        misses.print(after: previous?.misses, to: &printer)
      } else {
        printer.append("    instructions (table miss and others):\n")
        rules.print(after: previous?.rules, to: &printer)
      }
    }
    if let previous, previous.maskable == maskable, previous.wildcardable == wildcardable,
      previous.exact == exact
    {
      return printer.append("    (same matching)\n")
    }
    printer.append("    matching:\n")
    for (title, fields) in [
      ("arbitrary mask", maskable), ("exact match or wildcard", wildcardable), ("must exact match", exact),
    ] where !fields.isEmpty {
      printer.append("      \(title): \(fieldList(fields))\n")
    }
  }
}

extension TableInstructions {
  fileprivate func print(after previous: TableInstructions?, to printer: inout MessagePrinter) {
    if !nextTables.isEmpty { printer.append("      next tables: \(Self.ranges(nextTables))\n") }
    let names = Self.names.filter { types & 1 << $0.type != 0 }.map(\.name)
    printer.append("      instructions: " + names.joined(separator: " ") + "\n")
    let isSame = previous.map { $0.write == write && $0.apply == apply } ?? false
    if isSame, !write.fields.isEmpty {
      printer.append("      (same actions)\n")
    } else if write == apply {
      printer.append("      Write-Actions and Apply-Actions features:\n")
      write.print(to: &printer)
    } else {
      printer.append("      Write-Actions features:\n")
      write.print(to: &printer)
      printer.append("      Apply-Actions features:\n")
      apply.print(to: &printer)
    }
  }

  /// `OFPIT_*`, in the order in which they are printed.
  private static let names: [(type: UInt32, name: String)] = [
    (6, "meter"), (4, "apply_actions"), (5, "clear_actions"), (3, "write_actions"), (2, "write_metadata"),
    (1, "goto_table"),
  ]

  /// `1-3,5`.
  private static func ranges(_ tables: [UInt8]) -> String {
    var ranges: [ClosedRange<UInt8>] = []
    for table in tables {
      if let last = ranges.last, last.upperBound < 255, last.upperBound + 1 == table {
        ranges[ranges.count - 1] = last.lowerBound...table
      } else {
        ranges.append(table...table)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

extension TableActions {
  fileprivate func print(to printer: inout MessagePrinter) {
    let names = Self.names.filter { types & 1 << $0.type != 0 }.map(\.name)
    printer.append("        actions: " + names.joined(separator: " ") + "\n")
    if !fields.isEmpty { printer.append("        supported on Set-Field: \(fieldList(fields))\n") }
  }

  /// `OFPAT_*` of 1.1 and later, in the order in which they are printed.
  private static let names: [(type: UInt32, name: String)] = [
    (0, "output"), (22, "group"), (25, "set_field"), (1, "set_vlan_vid"), (2, "set_vlan_pcp"),
    (18, "strip_vlan"), (17, "push_vlan"), (3, "mod_dl_src"), (4, "mod_dl_dst"), (5, "mod_nw_src"),
    (6, "mod_nw_dst"), (7, "mod_nw_tos"), (8, "mod_nw_ecn"), (23, "mod_nw_ttl"), (9, "mod_tp_src"),
    (10, "mod_tp_dst"), (24, "dec_ttl"), (13, "set_mpls_label"), (14, "set_mpls_tc"), (15, "set_mpls_ttl"),
    (16, "dec_mpls_ttl"), (19, "push_mpls"), (20, "pop_mpls"), (21, "set_queue"),
  ]
}

/// The names, those that begin alike together: `eth_{src,dst}`, `reg0...reg15`.
private func fieldList(_ fields: [Field]) -> String {
  groups(of: fields.map { Substring($0.name) }).joined(separator: " ")
}

private func groups(of names: [Substring]) -> [String] {
  var words: [String] = []
  var index = 0
  while index < names.count {
    let name = names[index]
    let rest = names[index...]
    let run = runLength(rest)
    if run > 2 {
      words.append("\(name)...\(names[index + run - 1])")
      index += run
      continue
    }
    let alike = name.firstIndex(of: "_").map { end in rest.prefix { $0.hasPrefix(name[...end]) } } ?? []
    guard alike.count > 1, let end = name.firstIndex(of: "_") else {
      words.append(String(name))
      index += 1
      continue
    }
    let length = name[...end].utf8.count
    let endings = groups(of: alike.map { $0.dropFirst(length) })
    words.append(name[...end] + "{" + endings.joined(separator: ",") + "}")
    index += alike.count
  }
  return words
}

/// How many of `names`, from the first one on, differ by a number that counts up.
private func runLength(_ names: ArraySlice<Substring>) -> Int {
  guard let name = names.first else { return 0 }
  let digits = name.reversed().prefix { $0.isNumber }.count
  let stem = name.dropLast(digits)
  guard let first = Int(name.suffix(digits)), !stem.isEmpty, first < 1_000_000 else { return 1 }
  return names.enumerated().prefix { $0.element == "\(stem)\(first + $0.offset)" }.count
}
