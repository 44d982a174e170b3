/// Where an action stands.
struct ActionContext {
  /// The kinds of lists.
  enum List {
    /// That of a rule.
    case rule
    case writeActions, clone, connectionTrack
  }

  var list = List.rule
  /// In how many actions and instructions the list lies.
  var depth = 0

  static let rule = ActionContext()
}

extension ActionContext.List {
  /// What a list is part of.
  var keyword: String {
    switch self {
    case .rule: "actions"
    case .writeActions: "write_actions"
    case .clone: "clone"
    case .connectionTrack: "ct"
    }
  }
}
