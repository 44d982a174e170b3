import Testing

/// What one of the two programs makes of a text.
enum Outcome: Equatable {
  case printed(String)
  case refused(String)

  var printed: String? { if case .printed(let text) = self { text } else { nil } }
  var reason: String? { if case .refused(let reason) = self { reason } else { nil } }
}

/// Texts on which the two programs do not agree, less those that are known and meant.
struct Differences {
  private(set) var found: [String] = []
  private(set) var agreements = 0

  mutating func compare(_ text: String, real: Outcome, ours: Outcome) {
    if let printed = real.printed, printed == ours.printed {
      agreements += 1
    } else if real.reason != nil, ours.reason != nil {
      agreements += 1
    } else if !KnownDifference.all.contains(where: { $0.covers(text, real, ours) }) {
      found.append("\(text)\n    real: \(real)\n    ours: \(ours)")
    }
  }

  func check(atLeast count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    let shown = found.prefix(Self.shown).joined(separator: "\n")
    #expect(found.isEmpty, "\(found.count) differences, such as\n\(shown)", sourceLocation: sourceLocation)
    #expect(agreements >= count, "only \(agreements) texts were judged alike", sourceLocation: sourceLocation)
  }

  private static let shown = 40
}
