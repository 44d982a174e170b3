public import Bytes
import Synchronization

/// Takes every frame and never has one: the end of a benchmark, or a place to send what nobody wants.
public final class NullPort: Port, PortQueue {
  public static var typeName: String { "null" }

  private let count = Atomic<UInt64>(0)

  public init() {}

  public var descriptor: CInt? { nil }
  public var hasInput: Bool { false }
  public var offloads: PortOffloads { .all }
  public var receiveLosses: ReceiveLosses { ReceiveLosses() }

  /// Frames taken so far. Any thread may ask.
  public var transmittedCount: UInt64 { count.load(ordering: .relaxed) }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    .drained
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    for i in 0..<batch.count { report[i] = .sent }
    count.store(count.load(ordering: .relaxed) &+ UInt64(batch.count), ordering: .relaxed)
  }
}

extension PortType {
  static let null = PortType(
    NullPort.self, "takes every frame and never has one", hasLink: false, options: []
  ) { (_, _) in
    NullPort()
  }
}
