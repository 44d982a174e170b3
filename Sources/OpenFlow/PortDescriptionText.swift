import Match

extension PortDescription {
  /// The lines for a port as in `ovs-ofctl show`.
  func print(to printer: inout MessagePrinter) {
    printer.append(" ")
    printer.append(describedNumber(printer))
    printer.append("(\(name)): addr:")
    printer.append(mac: hardwareAddress)
    printer.append("\n     config:     ")
    printer.append(bits: config.rawValue, PortConfig.names)
    printer.append("\n     state:      \(stateText)\n")
    for (title, features) in [
      ("current:    ", currentFeatures), ("advertised: ", advertisedFeatures),
      ("supported:  ", supportedFeatures), ("peer:       ", peerFeatures),
    ] where !features.isEmpty {
      printer.append("     " + title)
      printer.append(bits: features.rawValue, PortFeatures.names)
      printer.append("\n")
    }
    printer.append("     speed: \(currentSpeed / 1000) Mbps now, \(maximumSpeed / 1000) Mbps max\n")
  }

  /// The number alone, or the reserved port's name: the port's own name follows it.
  private func describedNumber(_ printer: MessagePrinter) -> String { "\(number)" }

  private var stateText: String {
    var words: [String] = []
    if state.contains(.linkDown) { words.append("LINK_DOWN") }
    if state.contains(.blocked) { words.append("BLOCKED") }
    if state.contains(.live) { words.append("LIVE") }
    switch state.rawValue & PortState.spanningTree.rawValue {
    case 0x100: words.append("STP_LEARN")
    case 0x200: words.append("STP_FORWARD")
    case 0x300: words.append("STP_BLOCK")
    default: break
    }
    return words.isEmpty ? "0" : words.joined(separator: " ")
  }

  public static func print(_ items: [PortDescription], to printer: inout MessagePrinter) {
    printer.append("\n")
    for port in items.sorted(by: { $0.number < $1.number }) { port.print(to: &printer) }
  }
}

extension MessagePrinter {
  /// The names of the bits that are set, with blanks in between; `0` when none is. Bits without a name come
  /// together in hexadecimal.
  mutating func append(bits: UInt32, _ names: [String], separator: String = " ") {
    guard bits != 0 else { return append("0") }
    var words: [String] = []
    var rest = bits
    for (bit, name) in names.enumerated() where bits & 1 << UInt32(bit) != 0 && !name.isEmpty {
      words.append(name)
      rest &= ~(1 << UInt32(bit))
    }
    if rest != 0 { words.append("0x" + String(rest, radix: 16)) }
    append(words.joined(separator: separator))
  }
}
