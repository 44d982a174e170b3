/// What the command line asks for.
struct Arguments {
  enum Mode: String, CaseIterable {
    case frames, text, messages, vhost

    /// What is counted.
    var unit: String { self == .vhost ? "steps" : rawValue }
  }

  var mode: Mode
  var count: Int
  var seed: UInt64

  static let usage = "usage: apus-fuzz frames|text|messages|vhost [--count N] [--seed S]"

  /// `nil` when the words make no sense.
  init?(_ words: [String]) {
    guard let first = words.first, let mode = Mode(rawValue: first) else { return nil }
    self.mode = mode
    count = mode == .frames ? 10_000_000 : 1_000_000
    seed = UInt64.random(in: 0...0xffff_ffff)
    var rest = words.dropFirst()
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch name {
      case "--count":
        guard let number = Int(value), number > 0 else { return nil }
        count = number
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      default: return nil
      }
    }
  }
}
