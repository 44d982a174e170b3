public import Bytes
public import Ports

/// A port in front of another whose frames come from a host: TCP segments that arrive together are merged.
public final class HostPort: Port, PortQueue {
  public static var typeName: String { "host" }

  private let device: MemoryPort

  public init(_ device: MemoryPort) { self.device = device }

  public var descriptor: CInt? { device.descriptor }
  public var hasInput: Bool { device.hasInput }
  public var offloads: PortOffloads { device.offloads }
  public var mergesSegments: Bool { true }
  public var receiveLosses: ReceiveLosses { device.receiveLosses }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    device.receive(into: &batch, from: &pool)
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    device.transmit(batch, report: &report)
  }
}
