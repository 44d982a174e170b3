/// What the command line asks for.
struct Arguments {
  /// Names of levels; empty for all that are active.
  var levels: [String] = []
  /// Cases of each level; `nil` for as many as the budget allows.
  var count: Int?
  /// That of the first case; the next ones follow it.
  var seed = UInt64.random(in: 0...0xffff_ffff)
  /// Seconds for all levels together.
  var budget: Int?
  /// Where the Open vSwitch runs that we are compared with: its sockets are there.
  var directory: String
  /// Stop after so many disagreements of a level.
  var limit = 5

  static let usage = """
    usage: apus-differential --ovs DIRECTORY [--level NAME|all] [--count N] [--seed S] [--budget SECONDS] [--limit N]
    """

  /// `nil` when the words make no sense.
  init?(_ words: [String]) {
    var directory: String?
    var rest = words[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch (name, Int(value)) {
      case ("--ovs", _): directory = value
      case ("--level", _): levels = value == "all" ? [] : value.split(separator: ",").map(String.init)
      case ("--count", let number?) where number > 0: count = number
      case ("--budget", let number?) where number > 0: budget = number
      case ("--limit", let number?) where number > 0: limit = number
      case ("--seed", _):
        guard let number = UInt64(value) else { return nil }
        seed = number
      default: return nil
      }
    }
    guard let directory else { return nil }
    self.directory = directory
    if count == nil, budget == nil { count = 100 }
  }
}
