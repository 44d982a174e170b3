import Actions
import Flow
import Match
import OpenFlow

/// A case as messages of OpenFlow: both switches get what is in the very same bytes.
struct Prepared {
  let original: Case
  let rules: [Rule]
  let groups: [GroupMod]
  let meters: [MeterMod]
  /// The changes of groups among the steps, in order.
  let changes: [GroupMod]

  struct Rule {
    let bridge: Int
    /// The rule in a message.
    let bytes: [UInt8]
    /// What our switch reads there; `nil` when it refuses to.
    let mod: FlowMod?
    let refusal: String
  }

  /// Throws when a text is not understood: the generator is wrong then, or the text's parser.
  init(_ original: Case) throws {
    self.original = original
    rules = try original.rules.enumerated().map { place, line in
      let text = line.text
      do {
        var mod = try FlowMod(parsing: text[...], command: .add)
        mod.newCookie = UInt64(place + 1)
        return Rule(mod, on: line.bridge, version: original.version)
      } catch {
        throw OracleFault("rule '\(text)': \(error)")
      }
    }
    groups = try original.groups.map { text in
      do { return try GroupMod(parsing: text[...], command: .add) } catch {
        throw OracleFault("group '\(text)': \(error)")
      }
    }
    changes = try original.steps.compactMap { step in
      guard case .group(let command, let text) = step else { return nil }
      do { return try GroupMod(parsing: text[...], command: command) } catch {
        throw OracleFault("change of group '\(text)': \(error)")
      }
    }
    meters = try original.meters.map { text in
      do { return try MeterMod(parsing: text[...], command: .add) } catch {
        throw OracleFault("meter '\(text)': \(error)")
      }
    }
  }

  /// What counters of buckets are called; `nil` of those that take frames by a hash, which is each switch's own.
  func name(ofBucket place: Int, ofGroup group: UInt32) -> String? {
    let types = (groups + changes).filter { $0.group == group }.map(\.type)
    return types.contains(.select) ? nil : "group \(group), bucket \(place)"
  }

  /// What counters of rules are called: by the rule's place, or, if nobody but an action has made it, by all that it says.
  func name(of rule: FlowStatistics) -> String {
    if rule.cookie > 0, rule.cookie <= UInt64(rules.count) { return "rule \(rule.cookie)" }
    return "rule cookie=\(rule.cookie), table=\(rule.table), idle_timeout=\(rule.idleTimeout), "
      + "hard_timeout=\(rule.hardTimeout), priority=\(rule.priority),\(rule.match) "
      + "actions=\(ActionList.format(rule.actions.map(Self.asSet)))"
  }

  /// `load` is a way of writing `set_field` that messages of OpenFlow 1.5 do not have.
  private static func asSet(_ action: Action) -> Action {
    guard case .setField(var set) = action else { return action }
    set.isLoad = false
    return .setField(set)
  }
}

extension Prepared.Rule {
  init(_ mod: FlowMod, on bridge: Int, version: OpenFlowVersion) {
    self.bridge = bridge
    bytes = FlowModMessage(mod).encode(version: version, xid: 1)
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    do {
      guard let frame = try splitter.next(),
        case .request(.flowMod(let result)) = try OpenFlowMessage.decode(frame)
      else { throw OracleFault("no flow mod") }
      self.mod = result
      refusal = ""
    } catch {
      self.mod = nil
      refusal = "\(error)"
    }
  }
}
