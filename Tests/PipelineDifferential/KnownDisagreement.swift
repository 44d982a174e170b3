/// Where our switch means to do something else than Open vSwitch 3.1 does, and why. docs/compatibility.md says the same to
/// people.
struct KnownDisagreement: Sendable {
  let reason: String
  /// The case without what the two switches are known to treat differently: about the rest they have to agree.
  let without: @Sendable (Case) -> Case

  static let all: [KnownDisagreement] = [
    frames("a frame that ends within a VLAN tag is malformed and dropped; Open vSwitch reads it as untagged, of type 0x8100") {
      endsWithinTag($0)
    }
  ]

  private static func frames(_ reason: String, _ isMeant: @escaping @Sendable ([UInt8]) -> Bool) -> KnownDisagreement {
    KnownDisagreement(reason: reason) { original in
      var result = original
      result.steps = original.steps.compactMap { step in
        guard case .frames(let port, let frames) = step else { return step }
        let rest = frames.filter { !isMeant($0) }
        return rest.isEmpty ? nil : .frames(port, rest)
      }
      return result
    }
  }

  private static func endsWithinTag(_ frame: [UInt8]) -> Bool {
    var position = 12
    while position + 2 <= frame.count {
      guard [[0x81, 0x00], [0x88, 0xa8]].contains([frame[position], frame[position + 1]]) else { return false }
      position += 4
    }
    return position < 22
  }
}
