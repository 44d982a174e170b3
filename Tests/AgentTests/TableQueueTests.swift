import Bytes
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline
import SwitchKit
import Testing

@testable import Agent

/// What tables and queues are asked, and told.
@Suite struct TableQueueTests {
  private func ask(
    _ controller: Controller, _ request: OpenFlowRequest
  ) throws -> [OpenFlowFrame] { try controller.ask(request.encode(version: controller.version, xid: 9)) }

  /// In 1.1 and 1.2 a table can send what no rule matches elsewhere; later versions have rules for that.
  @Test(arguments: OpenFlowVersion.allCases.filter { $0 > .v10 })
  func configuresMisses(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    for (table, config) in [(3, 1), (255, 0), (7, 2)] as [(UInt8, UInt8)] {
      let mod = Message.make(17, version, xid: 9) { $0.write([table, 0, 0, 0, 0, 0, 0, config] as [UInt8]) }
      #expect(try controller.ask(mod).isEmpty)
      guard version < .v13 else {
        #expect(bench.bridge.settings.tableMisses.isEmpty)
        continue
      }
      let misses = bench.bridge.settings.tableMisses
      switch table {
      case 3: #expect(misses == [3: .next])
      case 7: #expect(misses[7] == .drop && misses[8] == .controller)
      default: #expect(misses.count == BridgeRecord.tableCount && Set(misses.values) == [.controller])
      }
    }
    // Table 254 is the switch's own.
    let hidden = Message.make(17, version, xid: 9) { $0.write([254, 0, 0, 0, 0, 0, 0, 0] as [UInt8]) }
    // Up to 1.1 several errors share this number.
    #expect(
      try controller.ask(hidden).map { $0.error(version)?.number(in: version) }
        == [OpenFlowErrorCode.tableModForbidden.number(in: version)])
  }

  @Test(arguments: [OpenFlowVersion.v14, .v15], [UInt8(4), 8, 12])
  func refusesEvictionAndVacancyEvents(version: OpenFlowVersion, config: UInt8) throws {
    let controller = try Bench().connect(version)
    let mod = Message.make(17, version, xid: 9) { $0.write([1, 0, 0, 0, 0, 0, 0, config] as [UInt8]) }
    #expect(try controller.ask(mod).map { $0.error(version) } == [.tableModBadConfig])
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func describesTables(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    let statistics = try ask(controller, .tableStatistics)
    let tables = statistics.flatMap { frame -> [OpenFlow.TableStatistics] in
      if case .tableStatistics(let tables)? = frame.fromSwitch { tables } else { [] }
    }
    #expect(tables.map(\.table) == Array(0..<254))
    guard version >= .v14 else { return }
    let answers = try ask(controller, .tableDescription)
    let described = answers.flatMap { frame -> [TableDescription] in
      if case .tableDescription(let tables)? = frame.fromSwitch { tables } else { [] }
    }
    #expect(described == (0..<254).map { TableDescription(table: $0) })
  }

  struct QueueCase: CustomTestStringConvertible {
    var port: PortNumber
    var queue: UInt32?
    var error: OpenFlowErrorCode?
    var testDescription: String { "port \(port), queue \(queue.map(String.init) ?? "any")" }
  }

  @Test(arguments: [
    QueueCase(port: .none), QueueCase(port: PortNumber(rawValue: 1)),
    QueueCase(port: PortNumber(rawValue: 1), queue: 3, error: .queueBadQueue),
    QueueCase(port: .none, queue: 3, error: .queueBadQueue),
    QueueCase(port: PortNumber(rawValue: 99), error: .queueBadPort),
    QueueCase(port: PortNumber(rawValue: 99), queue: 3, error: .queueBadPort),
  ])
  func hasNoQueues(_ row: QueueCase) throws {
    for version in OpenFlowVersion.allCases {
      let controller = try Bench().connect(version)
      let request = QueueRequest(port: row.port, queue: row.queue)
      let statistics = try ask(controller, .queueStatistics(request))
      #expect(statistics.map { $0.error(version) } == [row.error])
      if row.error == nil { #expect(statistics.first?.fromSwitch == .queueStatistics([])) }
      // Before 1.4 the configuration is that of all queues of a port.
      guard row.queue == nil || version >= .v14 else { continue }
      let error = version == .v10 && row.port == .none ? .queueBadPort : row.error
      let configs = try ask(controller, .queueConfig(request))
      #expect(configs.map { $0.error(version) } == [error], "\(version)")
      guard error == nil else { continue }
      let expected = QueueConfigReply(port: version < .v14 ? row.port : .none, queues: [])
      #expect(configs.first?.fromSwitch == .queueConfig(expected))
    }
  }

  /// Up to 1.2 the features name the ports.
  @Test(arguments: OpenFlowVersion.allCases)
  func namesPortsInTheFeatures(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    guard case .features(let features)? = try ask(controller, .features).first?.fromSwitch else {
      return #expect(Bool(false), "no features")
    }
    #expect(features.ports.map(\.number.rawValue) == (version < .v13 ? [1, 2] : []))
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func describesOnePort(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    let answers = try ask(controller, .portDescription(PortNumber(rawValue: 2)))
    guard case .portDescription(let ports)? = answers.first?.fromSwitch else {
      return #expect(Bool(false), "no port description")
    }
    // Before 1.5 the request names no port.
    #expect(ports.map(\.number.rawValue) == (version < .v15 ? [1, 2] : [2]))
    guard version == .v15 else { return }
    #expect(
      try ask(controller, .portDescription(PortNumber(rawValue: 9))).map { $0.error(version) } == [.badPort])
  }
}
