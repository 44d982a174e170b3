public import Agent

/// One controller of a bridge: a record of the table Controller. What is `nil` is at its default.
public struct ControllerConfiguration: Equatable, Sendable {
  /// How the switch reaches its controller.
  public enum ConnectionMode: String, CaseIterable, Sendable {
    /// Through the bridge itself, which lets the connection pass whatever its rules say.
    case inBand = "in-band"
    /// Some other way; the default.
    case outOfBand = "out-of-band"
  }

  public let target: ControllerTarget
  public var kind: ControllerSpecification.Kind?
  public var connectionMode: ConnectionMode?
  /// Milliseconds.
  public var maximumBackoff: Int?
  /// Milliseconds; 0 for never.
  public var inactivityProbe: Int?
  /// Packet-ins a second.
  public var rateLimit: Int?
  public var burstLimit: Int?
  public var enablesAsynchronousMessages: Bool?
  /// Checked against `otherConfigKeys` when it was set.
  public var otherConfig: [String: String] = [:]
  public var externalIDs: [String: String] = [:]

  init(target: ControllerTarget) { self.target = target }

  static let otherConfigKeys: [ColumnType.MapKey] = [.init(name: "dscp", type: .integer(0...63))]

  /// The same for the agent, with defaults filled in.
  var specification: ControllerSpecification {
    var result = ControllerSpecification(target, kind: kind)
    if let maximumBackoff { result.maximumBackoff = maximumBackoff }
    if let inactivityProbe { result.inactivityProbe = inactivityProbe }
    result.rateLimit = rateLimit
    result.burstLimit = burstLimit
    result.enablesAsynchronousMessages = enablesAsynchronousMessages ?? true
    result.isInBand = connectionMode == .inBand
    if let codePoint = otherConfig["dscp"].flatMap({ Int($0) }) { result.codePoint = codePoint }
    return result
  }
}

/// The files for encrypted connections: the one record of the table SSL.
public struct SSLConfiguration: Equatable, Sendable {
  /// What the record is called.
  static var recordName: String { "." }

  public var settings: TLSSettings
  public var externalIDs: [String: String] = [:]
}

extension BridgeConfiguration {
  /// Controllers that a bridge can have.
  static var maximumControllers: Int { 64 }

  /// Whether primary controllers are to make the bridge's rules.
  var hasPrimaryController: Bool { controllers.contains { $0.specification.kind == .primary } }

  /// Makes these the controllers. Records that there are already keep their other columns.
  mutating func setControllers(_ targets: [ControllerTarget]) {
    controllers = targets.map { target in
      controllers.first { $0.target == target } ?? ControllerConfiguration(target: target)
    }
  }

  /// Checks what a single column cannot show.
  func validateControllers() throws(CommandError) {
    guard controllers.count <= Self.maximumControllers else {
      throw CommandError("bridge \(name): more than \(Self.maximumControllers) controllers")
    }
    for (i, controller) in controllers.enumerated() {
      let target = controller.target
      if let twin = controllers[..<i].first(where: { $0.target.isSame(as: target) }) {
        throw CommandError("bridge \(name): controllers '\(twin.target)' and '\(target)' are the same")
      }
      if controller.connectionMode == .inBand, !target.canBeInBand {
        throw CommandError(
          "Controller \(target): connection_mode: only tcp: and ssl: to an IPv4 address can be in-band")
      }
    }
  }
}

extension Configuration {
  /// Where a controller stands.
  struct ControllerPlace: Equatable {
    var bridge: Int
    var controller: Int
  }

  /// Every controller with the name that no other has: `BRIDGE/TARGET`.
  var controllerNames: [String] {
    bridges.flatMap { bridge in bridge.controllers.map { "\(bridge.name)/\($0.target)" } }
  }

  /// The controller that `name` means: a bridge that has one controller only, a target that one bridge has only,
  /// or `BRIDGE/TARGET`.
  func place(ofController name: String) throws(CommandError) -> ControllerPlace {
    var places: [ControllerPlace] = []
    for (i, bridge) in bridges.enumerated() {
      for (j, controller) in bridge.controllers.enumerated()
      where [bridge.name, "\(controller.target)", "\(bridge.name)/\(controller.target)"].contains(name) {
        places.append(ControllerPlace(bridge: i, controller: j))
      }
    }
    guard places.count < 2 else {
      let names = places.map { "\(bridges[$0.bridge].name)/\(controller(at: $0).target)" }
      throw CommandError("Controller '\(name)' may be each of \(names.joined(separator: ", "))")
    }
    if let place = places.first { return place }
    if hasBridge(named: name) { throw CommandError("bridge \(name) has no controller") }
    throw .missing("controller", name, among: controllerNames)
  }

  func controller(at place: ControllerPlace) -> ControllerConfiguration {
    bridges[place.bridge].controllers[place.controller]
  }
}
