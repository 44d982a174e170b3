public import Bytes
public import Ports

/// A port in front of another that takes only so many frames of each batch: the rest finds the queue full, and
/// the last of them is refused.
public final class ConstrainedPort: Port, PortQueue {
  public static var typeName: String { "constrained" }

  private let device: MemoryPort
  private let framesPerBatch: Int

  public init(_ device: MemoryPort, framesPerBatch: Int) {
    self.device = device
    self.framesPerBatch = framesPerBatch
  }

  public var descriptor: CInt? { device.descriptor }
  public var hasInput: Bool { device.hasInput }
  public var offloads: PortOffloads { device.offloads }
  public var packetLimit: Int { device.packetLimit }
  public var packetType: PortPacketType { device.packetType }
  public var receiveLosses: ReceiveLosses { device.receiveLosses }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    device.receive(into: &batch, from: &pool)
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    var taken = PacketBatch()
    for i in 0..<min(batch.count, framesPerBatch) { taken.append(batch[i]) }
    device.transmit(taken, report: &report)
    for i in taken.count..<batch.count { report[i] = i == batch.count - 1 ? .refused : .queueFull }
  }
}
