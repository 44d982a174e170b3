import Actions
import Match

/// Fields that frames do not have here yet.
///
/// A field that is 0 in every frame may be matched with 0, and read: that is what it is in frames that no
/// connection or tunnel has seen.
enum UnsupportedFields {
  static func first(in match: FlowMatch) -> UnsupportedEffect? {
    if let option = match.tunnelMetadata.first, let field = Field.named("tun_metadata\(option.index)") {
      return UnsupportedEffect(.badField, "matching", field, lack: noTunnel)
    }
    guard match.wordSet & words != 0 else { return nil }
    for (field, lack) in always0 where field.value(in: match) != 0 {
      return UnsupportedEffect(.badField, "matching", field, lack: lack)
    }
    return nil
  }

  static func effect(ofReading field: Field) -> UnsupportedEffect? {
    if field.slots.isEmpty { return UnsupportedEffect(.badSetType, "reading", field, lack: noTunnel) }
    return nil
  }

  static func effect(ofWriting field: Field) -> UnsupportedEffect? {
    guard field.name.hasPrefix("tun_"), field.name != "tun_id" else { return nil }
    return UnsupportedEffect(.badSetType, "writing", field, lack: noTunnel)
  }

  private static let noTunnel = "no tunnel port"
  private static let noTracking = "no connection tracking"

  private static let always0: [(field: Field, lack: String)] = Field.all.compactMap { field in
    field.name.hasPrefix("ct_") ? (field, noTracking) : nil
  }

  /// The words of a key in which these fields lie.
  private static let words: UInt64 = always0.map(\.field)
    .flatMap(\.slots).reduce(0) { $0 | 1 << UInt64($1.word) }
}
