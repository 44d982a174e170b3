extension FlowMatch {
  /// The match that `text` spells: terms like `tcp`, `in_port=1`, `nw_src=10.0.0.0/8` with commas or white space
  /// between them, in any order. ovs-ofctl(8), "Flow Syntax", and ovs-fields(7).
  ///
  /// - Parameters:
  ///   - text: nothing but the match.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowSyntaxError` when a term is not understood, lacks a prerequisite (such as `tcp` for
  ///   `tp_dst`), or contradicts another one.
  public init(
    parsing text: Substring, at offset: Int = 0, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) {
    let bytes = text.utf8.span
    var parser = FlowMatchParser()
    var scanner = TermScanner()
    while let term = scanner.next(in: bytes) { try parser.add(term, of: bytes, at: offset, ports: ports) }
    self = try parser.finish()
  }

  /// The match as Open vSwitch prints it, ports by name where `names` has one; empty for the match of all.
  public func description(names: PortNaming) -> String {
    var text = ""
    append(to: &text, names: names)
    return text
  }

  /// Appends what `description(names:)` returns.
  public func append(to text: inout String, names: PortNaming) {
    var printer = FlowMatchPrinter(match: self, text: text)
    text = ""  // The printer holds the only reference, so that appending does not copy.
    printer.appendAll(names)
    text = printer.text
  }
}

extension FlowMatch: CustomStringConvertible {
  public var description: String { description(names: { _ in nil }) }
}
