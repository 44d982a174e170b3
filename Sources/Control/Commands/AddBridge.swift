enum AddBridge: Command {
  static let name = "add-br"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let name = arguments[0]
    if arguments.has("--may-exist"), transaction.configuration.hasBridge(named: name) { return .none }
    try transaction.configuration.addBridge(named: name, generatedMAC: randomMAC())
    return .none
  }

  /// A unicast address of those that anyone may give to a device: IEEE 802-2014 section 8.2.
  static func randomMAC() -> UInt64 {
    UInt64.random(in: 0...0xffff_ffff_ffff) & 0xfcff_ffff_ffff | 0x0200_0000_0000
  }
}
