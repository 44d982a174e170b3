import Agent
import OpenFlow

/// The tables Controller and SSL.
extension Column {
  static func controller(
    _ name: String, _ type: ColumnType,
    _ read: @escaping @Sendable (ControllerConfiguration, ControllerStatus) -> ColumnValue,
    _ write: (@Sendable (inout ControllerConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .controller(let bridge, var controller, let status) = row else { return }
        write(&controller, value)
        row = .controller(bridge: bridge, controller, status)
      }
    }
    return Column(
      name: name, type: type,
      read: {
        if case .controller(_, let controller, let status) = $0 { read(controller, status) } else { .empty }
      },
      write: setter)
  }

  static func ssl(
    _ name: String, _ type: ColumnType, _ read: @escaping @Sendable (SSLConfiguration) -> ColumnValue,
    _ write: @escaping @Sendable (inout SSLConfiguration, ColumnValue) -> Void
  ) -> Column {
    Column(
      name: name, type: type, read: { if case .ssl(let ssl) = $0 { read(ssl) } else { .empty } },
      write: { row, value in
        guard case .ssl(var ssl) = row else { return }
        write(&ssl, value)
        row = .ssl(ssl)
      })
  }
}

extension Table {
  /// Milliseconds of at most a day.
  private static let maximumMilliseconds = 86_400_000

  static let controllerColumns: [Column] = [
    .controller(
      "connection_mode", .optional(.word(ControllerConfiguration.ConnectionMode.allCases.map(\.rawValue))),
      { controller, _ in .string(controller.connectionMode?.rawValue) },
      { $0.connectionMode = $1.string.flatMap(ControllerConfiguration.ConnectionMode.init) }),
    .controller(
      "controller_burst_limit", .optional(.integer(25...1_000_000)),
      { controller, _ in .integer(controller.burstLimit) }, { $0.burstLimit = $1.integer }),
    .controller(
      "controller_rate_limit", .optional(.integer(100...1_000_000)),
      { controller, _ in .integer(controller.rateLimit) }, { $0.rateLimit = $1.integer }),
    .controller(
      "enable_async_messages", .optional(.boolean),
      { controller, _ in .boolean(controller.enablesAsynchronousMessages) },
      { $0.enablesAsynchronousMessages = $1.boolean }),
    .controller(
      "external_ids", .map(keys: nil), { controller, _ in .map(controller.externalIDs) },
      { $0.externalIDs = $1.pairs }),
    .controller(
      "inactivity_probe", .optional(.integer(0...maximumMilliseconds)),
      { controller, _ in .integer(controller.inactivityProbe) }, { $0.inactivityProbe = $1.integer }),
    .controller("is_connected", .optional(.boolean), { .boolean($1.isConnected) }),
    .controller(
      "max_backoff", .optional(.integer(1_000...maximumMilliseconds)),
      { controller, _ in .integer(controller.maximumBackoff) }, { $0.maximumBackoff = $1.integer }),
    .controller(
      "other_config", .map(keys: ControllerConfiguration.otherConfigKeys),
      { controller, _ in .map(controller.otherConfig) }, { $0.otherConfig = $1.pairs }),
    .controller("role", .optional(.text), { .string($1.roleName) }),
    .controller("status", .map(keys: nil), { .map($1.pairs) }),
    .controller(
      "target", .optional(.controller), { controller, _ in .string(controller.target.description) }),
    .controller(
      "type", .optional(.word(ControllerSpecification.Kind.allCases.map(\.rawValue))),
      { controller, _ in .string(controller.kind?.rawValue) },
      { $0.kind = $1.string.flatMap(ControllerSpecification.Kind.init) }),
  ]

  static let sslColumns: [Column] = [
    .ssl(
      "ca_cert", .one(.text, default: .string("")), { .string($0.settings.authority) },
      { $0.settings.authority = $1.string ?? "" }),
    .ssl(
      "certificate", .one(.text, default: .string("")), { .string($0.settings.certificate) },
      { $0.settings.certificate = $1.string ?? "" }),
    .ssl("external_ids", .map(keys: nil), { .map($0.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .ssl(
      "private_key", .one(.text, default: .string("")), { .string($0.settings.privateKey) },
      { $0.settings.privateKey = $1.string ?? "" }),
  ]
}

extension ControllerStatus {
  /// As the column `role` calls it.
  var roleName: String? {
    switch role {
    case .primary: "master"
    case .secondary: "slave"
    case .equal, .noChange: "other"
    case nil: nil
    }
  }

  /// The column `status`.
  var pairs: [String: String] {
    var pairs = ["state": state.rawValue]
    pairs["last_error"] = lastError
    pairs["sec_since_connect"] = secondsSinceConnect.map(String.init)
    pairs["sec_since_disconnect"] = secondsSinceDisconnect.map(String.init)
    if state == .listening { pairs["n_connections"] = String(connections) }
    for (name, counts) in [("miss", misses), ("action", actions)] {
      pairs["packet-in-\(name)-bypassed"] = counts.map { String($0.admitted) }
      pairs["packet-in-\(name)-dropped"] = counts.map { String($0.refused) }
    }
    if untaken > 0 { pairs["messages-untaken"] = String(untaken) }
    return pairs
  }
}
