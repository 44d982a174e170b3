import Match
import OpenFlow

/// `show SWITCH`: what the switch is and which ports it has.
enum Show: OfctlCommand {
  static let name = "show"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let features = try client.ask(OpenFlowRequest.features.payload)
    call.show(features)
    // From 1.3 on the features leave the ports out; before, there may be more of them than one message holds.
    var isFull = client.version >= .v13
    for frame in features where frame.bytes.count >= maximumFeaturesByteCount {
      isFull = true
    }
    if isFull { call.show(try client.ask(OpenFlowRequest.portDescription(.none).payload)) }
    call.show(try client.ask(OpenFlowRequest.getConfig.payload))
  }

  /// A features reply in which no further port has room.
  private static var maximumFeaturesByteCount: Int { 65_535 - 64 }
}
