import Match

/// `list-fields`: every match field with its names, width and place on the wire.
enum ListFields: OfctlCommand {
  static let name = "list-fields"

  static func run(_ call: OfctlCall) throws(OfctlError) { call.console.write(FieldReference.listing) }
}
