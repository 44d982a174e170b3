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
    for frame in frames {
      var printer = MessagePrinter(style: style(ports))
      printer.append(frame)
      console.write(printer.text)
    }
  }
}
