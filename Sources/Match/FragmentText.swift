/// `ip_frag`'s words for the two bits of `FlowKey.Fragment`. ovs-fields(7), "Fragments".
enum FragmentText {
  private static let words: [(word: String, value: UInt8, mask: UInt8)] = [
    ("no", 0, 3), ("yes", 1, 1), ("first", 1, 3), ("later", 3, 3), ("not_later", 0, 2),
  ]

  /// For messages: completes "is not ...".
  static var alternatives: String { "no, yes, first, later or not_later" }

  /// What the word `text` says, in any case.
  static func parse(_ text: borrowing Span<UInt8>) -> (value: UInt8, mask: UInt8)? {
    let spelled = String(copying: text).lowercased()
    return words.first { $0.word == spelled }.map { ($0.value, $0.mask) }
  }

  /// The word that says just that, if there is one.
  static func format(value: UInt8, mask: UInt8) -> String? {
    words.first { $0.value == value && $0.mask == mask }?.word
  }
}
