import Match

extension OpenFlowVersion {
  /// The version that a word names: `OpenFlow13` or `1.3`, in any case.
  init(named text: String) throws(OfctlError) {
    let wanted = text.lowercased()
    let match = Self.allCases.first { $0.description.lowercased() == wanted || $0.shortName == wanted }
    guard let match else {
      throw OfctlError(unknown("OpenFlow version", text, among: Self.allCases.map(\.description)))
    }
    self = match
  }

  /// `1.3`.
  var shortName: String { "1.\(rawValue - 1)" }
}
