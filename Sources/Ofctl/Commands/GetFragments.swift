import OpenFlow

/// `get-frags SWITCH`: what the switch does with IP fragments.
enum GetFragments: OfctlCommand {
  static let name = "get-frags"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    call.line(try client.switchConfig().fragments.name)
  }
}

/// `set-frags SWITCH MODE`: says what the switch does with IP fragments.
enum SetFragments: OfctlCommand {
  static let name = "set-frags"
  static let changesSwitch = true

  private static let modes: [SwitchConfig.Fragments] = [.normal, .drop, .reassemble, .nxMatch]

  static func run(_ call: OfctlCall) throws(OfctlError) {
    guard let mode = modes.first(where: { $0.name == call[1] }) else {
      throw OfctlError(unknown("fragment handling mode", call[1], among: modes.map(\.name)))
    }
    var client = try OpenFlowClient(to: call[0], options: call.options)
    var config = try client.switchConfig()
    guard config.fragments != mode else { return }
    config.fragments = mode
    try call.carryOut(OpenFlowRequest.setConfig(config).payload, &client)
    guard !call.options.isDryRun else { return }
    // A switch that cannot do it says nothing and stays as it was.
    let now = try client.switchConfig().fragments
    guard now == mode else {
      throw OfctlError("\(call[0]): the switch does not support \(mode.name) and stays at \(now.name)")
    }
  }
}
