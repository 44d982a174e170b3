public import Match

/// Reads what stands behind `watch:` in `ovs-ofctl monitor`, see ovs-ofctl(8): `!initial,table=1,in_port=2`.
extension FlowMonitorRequest {
  private static let switches: [(name: String, flag: Flags)] = [
    ("!initial", .initial), ("!add", .add), ("!delete", .delete), ("!modify", .modify),
    ("!actions", .actions), ("!own", .own),
  ]

  /// The request that `text` asks for; nothing asks for all.
  ///
  /// - Parameters:
  ///   - text: all of the specification.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowSyntaxError` when anything in `text` is not understood.
  public init(
    parsing text: Substring, at offset: Int = 0, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) {
    self.init()
    let bytes = text.utf8.span
    var scanner = TermScanner()
    var matchParser = FlowMatchParser()
    let names = Self.switches.map(\.name) + ["table", "out_port", "out_group"]
    while let term = scanner.next(in: bytes) {
      let key = String(copying: bytes.extracting(term.key))
      if let known = Self.switches.first(where: { $0.name == key }) {
        guard term.value == nil else {
          throw FlowSyntaxError(.unexpectedValue(of: key), at: offset + term.key.upperBound)
        }
        flags.remove(known.flag)
        continue
      }
      if key.hasPrefix("!") {
        let nearest = nearestName(to: key, among: names)
        throw FlowSyntaxError(
          .unknown(kind: "switch", name: key, nearest: nearest), at: offset + term.key.lowerBound)
      }
      let place = term.value ?? term.key.upperBound..<term.key.upperBound
      let value = bytes.extracting(place)
      let start = offset + place.lowerBound
      switch key {
      case "table": table = UInt8(try NumberText.parse(value, at: start, of: key, in: 0...254))
      case "out_port": outPort = try PortNumber.parse(value, at: start, of: key, ports: ports)
      case "out_group":
        outGroup = UInt32(try NumberText.parse(value, at: start, of: key, in: 0...0xffff_ff00))
      default: try matchParser.add(term, of: bytes, at: offset, ports: ports, otherNames: names)
      }
    }
    match = try matchParser.finish()
    guard !flags.isDisjoint(with: [.add, .delete, .modify]) else {
      throw FlowSyntaxError(
        .inconsistent("!add, !delete and !modify leave no change to report"), at: offset)
    }
  }
}
