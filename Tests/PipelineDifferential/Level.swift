/// A set of features that is compared: makes cases in which they meet.
protocol Level: SendableMetatype {
  /// What `--level` calls it.
  static var name: String { get }
  /// Whether our switch is meant to have all that the level uses. Others run only when they are named.
  static var isActive: Bool { get }
  /// A case: the same for the same dice.
  static func makeCase(dice: inout Dice) -> Case
}

enum Levels {
  static let all: [any Level.Type] = [
    Matching.self, Rewriting.self, Tagging.self, Tables.self, Switching.self, Groups.self, Messages.self,
    Lengths.self, Learning.self, Labels.self, Meters.self, Patches.self, Bridging.self, Mirrors.self,
    Changes.self, Versions.self,
  ]
}
