import Actions
import Flow
import Match

/// Ports, groups, meters, tables and sets of collectors that rules and buckets name and that do not exist.
enum MissingTargets {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    let search = Search(subject)
    for (place, rule) in subject.rules.enumerated() {
      let text = { subject.text(of: rule) }
      if let port = rule.match.inPort, search.isMissing(port) {
        search.add(
          .missingPort, .warning, rule.table, text(), place: place,
          "It is for frames from port \(port), which the bridge does not have",
          "Add the port, correct its number, or delete the rule", &report)
      }
      search.look(at: rule.actions, table: rule.table, text, place: place, &report)
    }
    for group in subject.groups {
      let text = { subject.text(of: group) }
      for bucket in group.buckets { search.look(at: bucket.actions, table: nil, text, place: nil, &report) }
    }
  }

  private struct Search {
    private let subject: LintSubject
    private let groups: Set<UInt32>
    private let meters: Set<UInt32>

    init(_ subject: LintSubject) {
      self.subject = subject
      groups = Set(subject.groups.map(\.group))
      meters = Set(subject.meters.map(\.meter))
    }

    func isMissing(_ port: PortNumber) -> Bool { port <= .maximum && !subject.ports.contains(port) }

    func add(
      _ code: LintFinding.Code, _ severity: LintFinding.Severity, _ table: UInt8?, _ text: String,
      place: Int?,
      _ problem: String, _ advice: String, _ report: inout LintReport
    ) {
      report.add(
        LintFinding(
          severity: severity, code: code, table: table, subject: text, problem: problem, advice: advice),
        place: place)
    }

    /// Looks at what the actions of one rule, or of one bucket, name.
    func look(
      at actions: [Action], table: UInt8?, _ text: () -> String, place: Int?, _ report: inout LintReport
    ) {
      for port in actions.namedPorts.sorted() where isMissing(port) {
        add(
          .missingPort, .warning, table, text(), place: place,
          "It names port \(port), which the bridge does not have: nothing leaves there",
          "Add the port, or correct its number", &report)
      }
      for group in actions.namedGroups.sorted() where !groups.contains(group) {
        add(
          .missingGroup, .error, table, text(), place: place,
          "It sends frames to group \(group), which does not exist: they are dropped",
          "Add the group with add-group, or correct its number", &report)
      }
      for meter in actions.namedMeters.sorted() where !meters.contains(meter) {
        add(
          .missingMeter, .error, table, text(), place: place, "It names meter \(meter), which does not exist",
          "Add the meter with add-meter, or correct its number", &report)
      }
      for set in actions.namedCollectorSets.sorted() where !subject.collectorSets.contains(set) {
        add(
          .missingCollectorSet, .warning, table, text(), place: place,
          "It reports frames to collector set \(set), which the bridge does not have: the reports are lost",
          "Make the set with 'create Flow_Sample_Collector_Set', or correct its number", &report)
      }
      var tables = actions.tables(from: table)
      actions.forEachAction { if case .learn(let learn) = $0 { tables.insert(learn.table) } }
      for target in tables.sorted() where target > LintSubject.lastTable {
        add(
          .missingTable, .error, table, text(), place: place,
          "It names table \(target), which does not exist",
          "Tables are 0 to \(LintSubject.lastTable): correct the number", &report)
      }
    }
  }
}

extension FlowMatch {
  /// The port that frames are demanded to come from.
  fileprivate var inPort: PortNumber? {
    let slot = Slot(FlowKey.Word.ingress, 48, 16)
    guard mask(at: slot) == 0xffff else { return nil }
    return PortNumber(rawValue: UInt16(truncatingIfNeeded: value(at: slot)))
  }
}

extension [Action] {
  /// The sets of collectors that the actions name.
  fileprivate var namedCollectorSets: Set<UInt32> {
    var result: Set<UInt32> = []
    forEachAction { if case .sample(let sample) = $0 { result.insert(sample.collectorSetID) } }
    return result
  }

  /// The ports that the actions name.
  fileprivate var namedPorts: Set<PortNumber> {
    var result: Set<PortNumber> = []
    forEachAction { action in
      switch action {
      case .output(let port), .outputTruncated(let port, _), .enqueue(let port, _): result.insert(port)
      case .resubmit(let port, _, _): if let port { result.insert(port) }
      case .bundle(let bundle): result.formUnion(bundle.members)
      case .sample(let sample): if let port = sample.samplingPort { result.insert(port) }
      default: break
      }
    }
    return result
  }
}
