import Match
import OpenFlow

/// The names of a switch's ports and tables, for reading and printing flows.
struct PortNames {
  private var numbers: [String: PortNumber] = [:]
  private var names: [PortNumber: String] = [:]
  /// Names of tables that have one.
  var tables: [UInt8: String] = [:]

  init() {}

  /// Of two ports with the same name, which OpenFlow cuts after 15 bytes, neither has one.
  init(_ ports: some Sequence<PortDescription>) {
    var repeated: Set<String> = []
    for port in ports where !port.name.isEmpty {
      if numbers.updateValue(port.number, forKey: port.name) != nil { repeated.insert(port.name) }
    }
    for name in repeated { numbers[name] = nil }
    for (name, port) in numbers { names[port] = name }
  }

  var lookup: PortLookup { { [numbers] in numbers[$0] } }
  var naming: PortNaming { { [names] in names[$0] } }
}

extension OfctlOptions {
  /// Whether names are printed.
  func showsNames(on console: Console) -> Bool { names ?? console.isTerminal }

  /// Whether names are taken.
  var takesNames: Bool { names ?? true }
}

extension MessagePrinter {
  /// A message's text; from verbosity 4 on, its bytes as well.
  static func shown(_ bytes: [UInt8], style: Style) -> String {
    let text = text(of: bytes, style: style)
    guard style.verbosity > 3 else { return text }
    var printer = MessagePrinter(style: style)
    printer.appendDump(of: bytes)
    return text + printer.text
  }
}

extension OfctlCall {
  /// How messages are printed. `base` is the verbosity without `-m`.
  func style(_ ports: PortNames = PortNames(), base: Int = 1) -> MessagePrinter.Style {
    let showsNames = options.showsNames(on: console)
    return MessagePrinter.Style(
      verbosity: min(4, base + options.verbosity), names: showsNames ? ports.naming : { _ in nil },
      tables: { [tables = showsNames ? ports.tables : [:]] in tables[$0] },
      showsStatistics: options.showsStatistics)
  }

  /// Prints messages as `ovs-ofctl` does.
  func show(_ frames: [OpenFlowFrame], _ ports: PortNames = PortNames()) {
    for frame in frames { console.write(MessagePrinter.shown(frame.bytes, style: style(ports))) }
  }
}
