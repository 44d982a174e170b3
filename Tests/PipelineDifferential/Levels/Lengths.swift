/// The comparison of lengths, beside frames for controllers.
enum Lengths: Level {
  static let name = "lengths"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case { Messages.makeCase(comparesLengths: true, dice: &dice) }
}
