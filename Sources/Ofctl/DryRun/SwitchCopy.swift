import Actions
import ControlProtocol
import Flow
import Match
import OpenFlow
import Pipeline

/// Rules, groups and meters of a switch in tables like those of our own switch: changes are made to them by the
/// same code.
final class SwitchCopy {
  private let state = LeftRight()
  private let index = BridgeIndex(rawValue: 0)
  private let tables: FlowTables
  private var groups = GroupTable()
  private var meters = MeterTable()
  private let names: PortNaming
  /// As text, by what makes them the same, before the changes.
  private var before: [(subject: String, texts: [Item: String])] = []

  private enum Item: Hashable {
    case rule(RuleKey)
    case group(UInt32)
    case meter(UInt32)
  }

  /// - Throws: when the switch has what our tables cannot hold.
  init(
    flows: [FlowStatistics], groups: [GroupDescription], meters: [MeterConfig], names: @escaping PortNaming
  ) throws(OfctlError) {
    self.names = names
    tables = FlowTables(bridge: index, state: state)
    let (index, fdb, counters) = (index, FDB(capacity: 16), TableCounters())
    state.update { $0.addBridge(index, fdb: fdb, counters: counters) }
    let copied = FlowTable(flows)
    let rules = FlowTable.keys(of: copied).compactMap { key in copied.rules[key].map { key.change($0) } }
    for mod in rules { try change(mod, isCopied: true) }
    for group in groups {
      try change(
        GroupMod(
          command: .add, type: group.type, group: group.group, buckets: group.buckets,
          selection: group.selection))
    }
    for meter in meters { try change(MeterMod(command: .add, config: meter)) }
    before = texts
  }

  deinit {
    _ = try? change(FlowMod(command: .delete, table: 255))
    _ = try? change(MeterMod(command: .delete, config: MeterConfig(meter: MeterID.all)))
    let index = index
    state.update { $0.removeBridge(index) }
  }

  // MARK: Changing

  /// Makes a change, the whole of it or, when it throws, nothing.
  func change(_ request: any MessagePayload) throws(OfctlError) {
    switch request {
    case let request as FlowModMessage: try change(request.mod)
    case let request as GroupMod: try change(request)
    case let request as MeterMod: try change(request)
    default: break
    }
  }

  /// - Parameter isCopied: whether the switch has the rule, so that what it names is there, too.
  private func change(_ mod: FlowMod, isCopied: Bool = false) throws(OfctlError) {
    if !isCopied, !mod.command.isDelete {
      if let group = mod.actions.groups.sorted().first(where: { groups[$0] == nil }) {
        throw OfctlError("\(FlowTablesError.unknownGroup(group))")
      }
      for case .meter(let meter) in mod.actions where meters[meter] == nil {
        throw OfctlError("\(FlowTablesError.unknownMeter(meter))")
      }
    }
    do throws(FlowModRefused) {
      _ = try tables.apply([mod], now: 0)
    } catch {
      throw OfctlError("\(error.reason)")
    }
  }

  private func change(_ mod: GroupMod) throws(OfctlError) {
    do throws(GroupTableError) {
      for group in try groups.apply(mod, now: 0) {
        var deletion = FlowMod(command: .delete, table: 255)
        deletion.outGroup = group
        try? change(deletion)
      }
    } catch {
      throw OfctlError("\(Self.words(of: error))")
    }
  }

  private func change(_ mod: MeterMod) throws(OfctlError) {
    do throws(MeterTableError) {
      let outcome = try meters.apply(mod, now: 0)
      let staged = tables.stageRemoval(ofRulesMeasuringWith: Set(outcome.deleted), now: 0)
      state.publish { tables.repeatOn($0, staged) }
      _ = tables.finish(staged, now: 0)
      for record in outcome.retired { record.deallocate() }
    } catch {
      throw OfctlError("\(Self.words(of: error))")
    }
  }

  /// `unknownGroup(5)` as `unknown group (5)`.
  private static func words(of error: some Error) -> String {
    "\(error)".reduce(into: "") { text, letter in
      if letter.isUppercase { text += " " + letter.lowercased() } else { text.append(letter) }
    }.replacing("(", with: " (")
  }

  // MARK: Looking

  /// What the changes have made other than it was.
  var differences: [StateDifference] {
    zip(before, texts).flatMap { before, after -> [StateDifference] in
      let gone = before.texts.filter { after.texts[$0.key] != $0.value }
      let come = after.texts.filter { before.texts[$0.key] != $0.value }
      return Set(gone.keys).union(come.keys).map { item in
        StateDifference(before.subject, before: gone[item], after: come[item])
      }.sorted { ($0.before ?? $0.after ?? "") < ($1.before ?? $1.after ?? "") }
    }
  }

  private var texts: [(subject: String, texts: [Item: String])] {
    let style = FlowDumpStyle(showsStatistics: false, names: names)
    var rules: [Item: String] = [:]
    for entry in tables.entries(Pipeline.FlowFilter()) {
      let rule = entry.statistics(now: 0)
      let key = RuleKey(table: rule.table, priority: rule.priority, match: rule.match)
      rules[.rule(key)] = String(rule.line(style).drop { $0 == " " })
    }
    let groups = groups.all.map { entry in
      (Item.group(entry.description.group), entry.description.description(showsBucketIDs: true, names: names))
    }
    let meters = meters.all.map { entry in
      (Item.meter(entry.config.meter), entry.config.description.split(separator: "\n").joined(separator: " "))
    }
    return [
      ("flow", rules), ("group", Dictionary(groups) { first, _ in first }),
      ("meter", Dictionary(meters) { first, _ in first }),
    ]
  }
}
