public import ArgumentParser
import Control
import ControlProtocol
import Datapath
public import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon.
@main
struct Apusd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apusd",
    abstract: "A software switch that speaks Open vSwitch's language.",
    discussion: """
      It starts without bridges and is told everything else by apus(1), or by ovs-appctl -t \
      /run/apus/apusd.sock. SIGTERM and SIGINT end it and remove the devices that it made. It logs to standard \
      error.
      """,
    version: "apusd \(Version.text)")

  @Option(help: "Where its sockets are made; the directory is created if it does not exist.")
  var runDir = RunDirectory.defaultPath

  @Option(help: "The least important messages that are logged: trace, debug, info, notice, warning or error.")
  var logLevel = Logger.Level.info

  @Option(
    help: """
      How many flows it keeps in its cache: 0, for no cache, to \(WorkerSettings.maximumFlowCapacity), rounded up to a \
      power of two. Each takes 576 bytes once it is used.
      """)
  var flowCapacity = WorkerSettings().flowCapacity

  @Option(
    help: """
      For how many microseconds, 0 to 1000, it looks for the next frame before it sleeps. It does so only as long as \
      frames tend to come in that time; 0 for never.
      """)
  var busyPoll = WorkerSettings().busyPoll

  func validate() throws {
    guard 0...WorkerSettings.maximumFlowCapacity ~= flowCapacity else {
      throw ValidationError(
        "--flow-capacity: '\(flowCapacity)' is not a number from 0 to \(WorkerSettings.maximumFlowCapacity)")
    }
    guard busyPoll <= 1000 else {
      throw ValidationError("--busy-poll: '\(busyPoll)' is not a number from 0 to 1000")
    }
  }

  func run() async throws {
    let level = logLevel
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    let logger = Logger(label: "apusd")
    var settings = WorkerSettings()
    settings.flowCapacity = flowCapacity
    settings.busyPoll = busyPoll
    let daemon = Daemon(directory: RunDirectory(path: runDir), logger: logger, settings: settings)
    let service = ServiceGroupConfiguration.ServiceConfiguration(
      service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
