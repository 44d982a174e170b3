import Agent

enum SetController: Command {
  static let name = "set-controller"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    var controllers: [ControllerConfiguration] = []
    for text in arguments.positional.dropFirst() {
      let subject = "bridge \(bridge.name): controller"
      _ = try AtomType.controller.parse(text, subject: subject)
      guard let target = try? ControllerTarget(text) else { continue }
      var controller = ControllerConfiguration(target: target)
      if let milliseconds = arguments.options["--inactivity-probe"] {
        let column = try Table.controller.column(named: "inactivity_probe")
        let value = try column.type.parse(milliseconds, subject: "\(name): --inactivity-probe")
        controller.inactivityProbe = value.integer
      }
      controllers.append(controller)
    }
    try transaction.configuration.updateBridge(named: bridge.name) { $0.controllers = controllers }
    return .none
  }
}

enum GetController: Command {
  static let name = "get-controller"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    .lines(
      try transaction.configuration.bridge(named: arguments[0]).controllers.map(\.target.description).sorted()
    )
  }
}

enum DeleteController: Command {
  static let name = "del-controller"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.configuration.updateBridge(named: arguments[0]) { $0.controllers = [] }
    return .none
  }
}
