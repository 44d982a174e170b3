public import Bytes
import Glibc
public import Sys
import Synchronization

/// How a virtual machine's network device is to be met.
public struct VHostUserOptions: Hashable, Sendable {
  /// Whether the switch makes the socket, or connects to it.
  public enum Mode: String, CaseIterable, Sendable {
    case server, client
  }

  /// Where the front end is met.
  public var socket: String
  public var mode = Mode.server
  /// Pairs of rings that the guest may use.
  public var queues = 1
  /// The longest IP packet, in bytes.
  public var mtu = 65_535

  public init(socket: String) { self.socket = socket }
}

/// A virtual machine's network device: its driver's rings lie in memory that the virtual machine monitor shares, and the
/// switch reads and writes frames there. The switch is the back end of the vhost-user protocol.
///
/// The port is open whether or not there is a front end. A thread of its own talks to it (`VHostService`); what that changes
/// in the rings, it changes while no worker is in them (`RingGate`).
public final class VHostUserPort: ConditionedPort, ReportingPort {
  public static var typeName: String { "vhost-user" }

  private let options: VHostUserOptions
  private let pairs: [VHostQueue]
  private let service: VHostService
  private let thread: Mutex<Thread?>

  /// - Throws: `EADDRINUSE` when somebody listens at the socket, and what else keeps it from being made.
  public static func open(_ options: VHostUserOptions) throws(SysError) -> VHostUserPort {
    try VHostUserPort(options)
  }

  private init(_ options: VHostUserOptions) throws(SysError) {
    self.options = options
    let faultEvent = try EventFD()
    let fault = faultEvent.descriptor
    var pairs: [VHostQueue] = []
    // The service owns the event and outlives the rings' last worker.
    for _ in 0..<options.queues {
      pairs.append(try VHostQueue(mtu: options.mtu) { EventFD.signal(fault) })
    }
    self.pairs = pairs
    service = try VHostService(
      options.mode == .server ? .listening(options.socket) : .connecting(options.socket), queues: pairs,
      offloads: .offloads, faultEvent: faultEvent)
    thread = Mutex(try service.start())
  }

  deinit {
    service.stop()
    thread.withLock { $0.take() }?.join()
  }

  public var condition: PortCondition { service.status.now.condition }
  public var offloads: PortOffloads { service.status.now.offloads }
  public func onChange(_ body: @escaping @Sendable () -> Void) { service.status.onChange(body) }
  public var packetLimit: Int { options.mtu }
  public func noteMTU(_ mtu: Int) { for pair in pairs { pair.noteMTU(mtu) } }

  public var receiveLosses: ReceiveLosses {
    pairs.reduce(into: ReceiveLosses()) { sum, pair in
      let losses = pair.receiveLosses
      sum.tooLong += losses.tooLong
      sum.badOffload += losses.badOffload
    }
  }

  public func report() -> PortReport {
    let status = service.status.now
    var facts = status.facts
    facts["since"] = "\((MonotonicClock.nanoseconds - status.since) / 1_000_000_000) s"
    return PortReport(facts: facts)
  }

  // MARK: The queue

  public var descriptor: CInt? { pairs[0].descriptor }
  public var hasInput: Bool { false }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    pairs[0].receive(into: &batch, from: &pool)
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    pairs[0].transmit(batch, report: &report)
  }

  public func prepareToSleep() -> Bool { pairs[0].prepareToSleep() }
}
