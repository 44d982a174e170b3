public import ArgumentParser
import Control
import ControlProtocol
import Datapath
public import Logging
import ServiceLifecycle
import Sys
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
      How many threads forward: 1 to \(WorkerSettings.maximumWorkers), or 'auto' for one less than there are processors, \
      but at least 1 and at most 4. Each takes frames from queues of ports, so more than one is of use only if there are \
      several busy queues.
      """)
  var workers = "1"

  @Option(
    help: """
      The processors that these threads are bound to, in order, such as 0,2-3. Those that are left over run on any, as \
      all do without it.
      """)
  var workerCpus: String?

  @Flag(
    help: """
      Queues stay with the thread that has them until dpif-netdev/pmd-rxq-rebalance asks for moves. Otherwise some are \
      moved when a thread has much to do and it helps much.
      """)
  var noRebalance = false

  @Option(
    help: """
      How many flows each of these threads keeps in its cache: 0, for no cache, to \(WorkerSettings.maximumFlowCapacity), rounded up to a \
      power of two. Each takes 576 bytes once it is used.
      """)
  var flowCapacity = WorkerSettings().flowCapacity

  @Option(
    help: """
      For how many microseconds, 0 to 1000, it looks for the next frame before it sleeps. It does so only as long as \
      frames tend to come in that time, and for 3 at most while one worker has frames of one side only, which nobody \
      answers; 0 for never.
      """)
  var busyPoll = WorkerSettings().busyPoll

  func validate() throws {
    let count = try workerCount
    let processors = try processors
    guard processors.count <= count else {
      throw ValidationError(
        "--worker-cpus: \(processors.count) processors for \(count) worker\(count == 1 ? "" : "s"); say --workers \(processors.count), or name fewer"
      )
    }
    guard 0...WorkerSettings.maximumFlowCapacity ~= flowCapacity else {
      throw ValidationError(
        "--flow-capacity: '\(flowCapacity)' is not a number from 0 to \(WorkerSettings.maximumFlowCapacity)")
    }
    guard busyPoll <= 1000 else {
      throw ValidationError("--busy-poll: '\(busyPoll)' is not a number from 0 to 1000")
    }
  }

  private var workerCount: Int {
    get throws {
      if workers == "auto" { return max(1, min(4, Processors.allowed.count - 1)) }
      guard let count = Int(workers), 1...WorkerSettings.maximumWorkers ~= count else {
        throw ValidationError(
          "--workers: '\(workers)' is neither a number from 1 to \(WorkerSettings.maximumWorkers) nor 'auto'")
      }
      return count
    }
  }

  private var processors: [Int] {
    get throws {
      guard let workerCpus else { return [] }
      guard let processors = Processors.parse(workerCpus) else {
        throw ValidationError(
          "--worker-cpus: '\(workerCpus)' is not a list of processors, each once, such as 0,2-3")
      }
      let allowed = Processors.allowed
      if let missing = processors.first(where: { !allowed.contains($0) }) {
        throw ValidationError(
          "--worker-cpus: this process may not run on processor \(missing); allowed: \(Processors.text(of: allowed))"
        )
      }
      return processors
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
    settings.workers = try workerCount
    settings.processors = try processors
    settings.balances = !noRebalance
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
