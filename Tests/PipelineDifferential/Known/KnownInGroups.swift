/// Groups.
extension KnownDisagreement {
  static let ofGroups: [KnownDisagreement] = [
    KnownDisagreement(
      reason:
        "what follows a select group counts frames as they came in; Open vSwitch counts them as they were at the group",
      explains: { disagreement, subject in
        guard case .counter(_, let real, let ours) = disagreement else { return false }
        return subject.says("type=select") && real.map(\.packets) == ours.map(\.packets)
      }),
    KnownDisagreement(
      reason: """
        a select group is part of its list of actions; Open vSwitch looks at the frame anew behind one without selection_method, \
        and leaves out what follows, or carries out the action set twice
        """,
      without: { $0.withSelectionMethods }),
  ]
}

extension Case {
  /// The case with select groups whose choice Open vSwitch makes at once.
  fileprivate var withSelectionMethods: Case {
    func chosen(_ text: String) -> String {
      text.replacing("type=select,", with: "type=select,selection_method=hash,")
    }
    var result = self
    result.groups = groups.map(chosen)
    result.steps = steps.map { step in
      guard case .group(let command, let text) = step else { return step }
      return .group(command, chosen(text))
    }
    return result
  }
}
