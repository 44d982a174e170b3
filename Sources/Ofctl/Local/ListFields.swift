import Match

/// `list-fields`: every match field with its names, width and place on the wire.
enum ListFields: OfctlCommand {
  static let name = "list-fields"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    for field in Field.all {
      let names = ([field.name] + field.aliases).joined(separator: "/")
      let wire = [field.nxmName, field.oxmName].compactMap(\.self).joined(separator: " ")
      let words = [
        names.padded(to: 28), "\(field.bits) bits".padded(to: 10),
        (field.maskRule == .exact ? "no mask" : "mask").padded(to: 9),
        (field.isWritable ? "writable" : "").padded(to: 10), wire,
      ]
      call.line(String(words.joined().trimmed))
    }
  }
}

extension String {
  /// With spaces behind it up to `width` characters, one at least.
  func padded(to width: Int) -> String {
    isEmpty ? String(repeating: " ", count: width) : self + String(repeating: " ", count: max(1, width - count))
  }
}
