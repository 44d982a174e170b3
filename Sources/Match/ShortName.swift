/// A name of at most 16 bytes as one number, so that looking up the words of a text costs no string.
package struct ShortName: Hashable, Sendable {
  private let bits: UInt128

  /// `nil` when `text` is longer.
  package init?(_ text: borrowing Span<UInt8>) {
    guard text.count <= 16 else { return nil }
    var bits: UInt128 = 0
    for i in text.indices { bits = bits << 8 | UInt128(text[i]) }
    self.bits = bits
  }

  package init?(_ text: String) { self.init(text.utf8.span) }
}
