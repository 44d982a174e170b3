import Pipeline

/// Where our switch means to do something else than Open vSwitch 3.1 does, and why. docs/compatibility.md says the same to
/// people.
struct KnownDisagreement: Sendable {
  let reason: String
  /// The case without what the two switches are known to treat differently: about the rest they have to agree.
  var without: @Sendable (Case) -> Case = { $0 }
  /// Whether `without` is worth a try when the switches disagree in these things.
  var mayExplain: @Sendable ([Disagreement]) -> Bool = { _ in true }
  /// Whether it is the reason of a disagreement, all by itself.
  var explains: @Sendable (Disagreement, Case) -> Bool = { _, _ in false }
  /// Whether it is the reason why a frame that left is another one.
  var explainsFrame: @Sendable (_ real: [UInt8], _ ours: [UInt8], Case) -> Bool = { _, _, _ in false }

  static let all = ofFrames + ofTags + ofSwitching + ofGroups + ofLengths

  /// A difference in single frames that leave.
  static func leaving(
    _ reason: String, without: @escaping @Sendable (Case) -> Case = { $0 },
    _ isMeant: @escaping @Sendable (_ real: [UInt8], _ ours: [UInt8], _ subject: Case) -> Bool
  ) -> KnownDisagreement {
    KnownDisagreement(reason: reason, without: without, explainsFrame: isMeant)
  }

  /// A difference in what becomes of frames that come in.
  static func frames(
    _ reason: String, _ isMeant: @escaping @Sendable ([UInt8]) -> Bool
  ) -> KnownDisagreement {
    KnownDisagreement(reason: reason, without: { $0.withoutFrames(isMeant) })
  }
}

extension Case {
  func withoutFrames(_ isMeant: ([UInt8]) -> Bool) -> Case {
    withoutFrames { frame, _ in isMeant(frame) }
  }

  /// The case without some frames, chosen by what they are and where they come in.
  func withoutFrames(_ isMeant: ([UInt8], PortName) -> Bool) -> Case {
    var result = self
    result.steps = steps.compactMap { step in
      guard case .frames(let port, let frames) = step else { return step }
      let rest = frames.filter { !isMeant($0, port) }
      return rest.isEmpty ? nil : .frames(port, rest)
    }
    return result
  }

  /// Whether frames leave with the tags that their ports want: by NORMAL, or as copies for a mirror.
  var sendsWithPortsTags: Bool { says("NORMAL") || !layout.mirrors.isEmpty }

  var cutsCopies: Bool { layout.mirrors.values.joined().contains { $0.snapLength > 0 } }

  /// Whether a rule or a group has one of these words.
  func says(_ words: String...) -> Bool {
    (rules.map(\.text) + groups + steps.map(\.groupText)).contains { text in
      words.contains { text.contains($0) }
    }
  }
}
