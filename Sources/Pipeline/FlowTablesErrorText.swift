extension FlowTablesError: CustomStringConvertible {
  /// Why, in words for whoever asked for the change.
  public var description: String {
    switch self {
    case .overlap(let priority, let match):
      "check_overlap: a rule of priority \(priority) overlaps with '\(match)'"
    case .badTable(let table): "table \(table) does not exist (0 to 253)"
    case .full(let limit): "there are \(limit) rules, the most that can be"
    case .unknownMeter(let meter): "meter \(meter) does not exist; add-meter makes it"
    case .unknownGroup(let group): "group \(group) does not exist; add it first with add-group"
    }
  }
}
