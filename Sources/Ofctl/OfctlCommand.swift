/// A command of `ovs-ofctl`: one file in `Commands` or `Local`, one line in `OfctlCommands`, one entry in
/// ControlProtocol's `CommandReference.all`, where its arguments and its help text stand.
protocol OfctlCommand: SendableMetatype {
  static var name: String { get }
  /// Whether it changes a switch: what `--read-only` refuses.
  static var changesSwitch: Bool { get }
  /// Whether `--json` means something to it; others refuse the option.
  static var printsJSON: Bool { get }

  /// Called with as many arguments as the reference allows.
  static func run(_ call: OfctlCall) throws(OfctlError)
}

extension OfctlCommand {
  static var changesSwitch: Bool { false }
  static var printsJSON: Bool { false }
}
