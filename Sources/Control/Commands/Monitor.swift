/// Only to say who does it: the client itself speaks OpenFlow to the bridge.
enum Monitor: Command {
  static let name = "monitor"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    throw CommandError("monitor stands alone: 'apus monitor \(arguments[0])', without other commands")
  }
}
