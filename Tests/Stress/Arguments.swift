/// What the stress run is told.
struct Arguments {
  var seconds = 45
  var workers = 4
  /// Ports of the bridge that stand still while others come and go.
  var ports = 2000

  /// `nil` after it has said what is wrong.
  init?(_ words: [String]) {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard let value = rest.popFirst().flatMap({ Int($0) }), value > 0 else {
        print("stress: \(word) needs a number above 0")
        return nil
      }
      switch word {
      case "--seconds": seconds = value
      case "--workers": workers = min(value, 64)
      case "--ports": ports = min(value, 4000)
      default:
        print("stress: unknown option '\(word)'; allowed: --seconds, --workers, --ports")
        return nil
      }
    }
  }
}
