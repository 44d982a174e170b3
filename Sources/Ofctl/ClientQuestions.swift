import Flow
import Match
import OpenFlow

/// Questions whose answers commands need as values.
extension OpenFlowClient {
  mutating func switchConfig() throws(OfctlError) -> SwitchConfig {
    for frame in try ask(OpenFlowRequest.getConfig.payload) {
      if case .config(let config) = try message(frame) { return config }
    }
    throw OfctlError("\(name): its answer is no configuration")
  }

  /// Number, name, address and state of every port.
  mutating func portDescriptions() throws(OfctlError) -> [PortDescription] {
    if version < .v13 {
      for frame in try ask(OpenFlowRequest.features.payload) {
        if case .features(let features) = try message(frame), !features.ports.isEmpty {
          return features.ports
        }
      }
    }
    var ports: [PortDescription] = []
    for frame in try ask(OpenFlowRequest.portDescription(.none).payload) {
      if case .portDescription(let reply) = try message(frame) { ports += reply }
    }
    return ports
  }

  /// The names of ports, and of tables if they are to be shown.
  mutating func allNames(_ call: OfctlCall) throws(OfctlError) -> PortNames {
    var names = try portNames(call)
    guard call.options.showsNames(on: call.console) else { return names }
    if version >= .v13 {
      for table in try tableFeatures() where !table.name.isEmpty { names.tables[table.table] = table.name }
    } else {
      for frame in try ask(OpenFlowRequest.tableStatistics.payload) {
        guard case .tableStatistics(let tables) = try message(frame) else { continue }
        for table in tables where !table.name.isEmpty { names.tables[table.table] = table.name }
      }
    }
    return names
  }

  /// The names of the ports, unless the user wants neither to see nor to say them.
  mutating func portNames(_ call: OfctlCall) throws(OfctlError) -> PortNames {
    guard call.options.takesNames else { return PortNames() }
    return PortNames(try portDescriptions())
  }

  /// How the tables are configured: from 1.4 on.
  mutating func tableDescriptions() throws(OfctlError) -> [TableDescription] {
    var tables: [TableDescription] = []
    for frame in try ask(OpenFlowRequest.tableDescription.payload) {
      if case .tableDescription(let reply) = try message(frame) { tables += reply }
    }
    return tables
  }

  /// What the tables can do: from 1.3 on.
  mutating func tableFeatures() throws(OfctlError) -> [TableFeatures] {
    var tables: [TableFeatures] = []
    for frame in try ask(OpenFlowRequest.tableFeatures.payload) {
      if case .tableFeatures(let reply) = try message(frame) { tables += reply }
    }
    return tables
  }

  /// The rules that fulfil a request.
  mutating func flows(_ request: FlowStatisticsRequest) throws(OfctlError) -> [FlowStatistics] {
    var flows: [FlowStatistics] = []
    for frame in try ask(OpenFlowRequest.flowStatistics(request).payload) {
      if case .flowStatistics(let reply, _) = try message(frame) { flows += reply }
    }
    // The ages that Nicira's form has belong to the reply as it is, not to lists that are made of it.
    for index in flows.indices where version == .v10 {
      flows[index].idleAge = .seconds(-1)
      flows[index].hardAge = .seconds(-1)
    }
    return flows
  }

  /// What a message of the switch says.
  func message(_ frame: OpenFlowFrame) throws(OfctlError) -> SwitchMessage {
    do throws(OpenFlowError) {
      if case .fromSwitch(let message) = try OpenFlowMessage.decode(frame) { return message }
    } catch {
      throw OfctlError(
        "\(name): an answer cannot be read (\(error)):\n\(MessagePrinter.text(of: frame.bytes))")
    }
    throw OfctlError("\(name): an unexpected answer:\n\(MessagePrinter.text(of: frame.bytes))")
  }
}
