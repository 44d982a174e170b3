// Memory: `CaptureWriter.append` is given a packet's own bytes for the time of the call.
public import Bytes
import Sys

/// Which capture files stand for a port's far end.
public struct PcapOptions: Hashable, Sendable {
  /// Where received frames come from; none when `nil`.
  public var receiveFile: String?
  /// Where transmitted frames go; they are dropped when `nil`.
  public var transmitFile: String?
  /// Whether frames arrive with the gaps that the capture has, or as fast as they are taken.
  public var isRealTime: Bool
  /// Whether the capture starts anew at its end.
  public var loops: Bool

  public init(
    receiveFile: String? = nil, transmitFile: String? = nil, isRealTime: Bool = false, loops: Bool = false
  ) {
    self.receiveFile = receiveFile
    self.transmitFile = transmitFile
    self.isRealTime = isRealTime
    self.loops = loops
  }
}

/// A port whose frames come from a capture file and go to another one.
///
/// The file is read into memory when the port is opened. Frames are written as they would be on a wire, so no
/// offload is taken; each batch is on its way to the disk when `transmit` returns, where it may wait for it.
public final class PcapPort: Port, PortQueue, @unchecked Sendable {
  // Sendable: `next` and `origin` belong to the thread that receives, the writer to the one that transmits; all else is
  // constant or atomic.

  public static var typeName: String { "pcap" }

  private let records: [Capture.Record]
  private let loops: Bool
  /// Set to the time of the next frame, in real time only.
  private let timer: TimerFD?
  private let writer: CaptureWriter?
  public let descriptor: CInt?
  private let losses = LossCounters()
  private var next = 0
  /// What to add to a record's time to get its time on the monotonic clock. Modular.
  private var origin: UInt64?

  /// Reads the one file and creates the other.
  public static func open(_ options: PcapOptions) throws(PortError) -> PcapPort {
    let capture: Capture?
    let writer: CaptureWriter?
    do throws(CaptureError) {
      capture = if let path = options.receiveFile { try Capture.load(path) } else { nil }
      writer = if let path = options.transmitFile { try CaptureWriter(path) } else { nil }
    } catch {
      throw .capture(error)
    }
    do throws(SysError) {
      let timer: TimerFD? = if options.isRealTime { try TimerFD(firesNow: true) } else { nil }
      return PcapPort(capture?.records ?? [], writer: writer, timer: timer, loops: options.loops)
    } catch {
      throw .system(error)
    }
  }

  private init(
    _ records: [Capture.Record], writer: consuming CaptureWriter?, timer: consuming TimerFD?, loops: Bool
  ) {
    self.records = records
    self.loops = loops && !records.isEmpty
    self.writer = writer
    descriptor = timer?.descriptor
    self.timer = timer
  }

  public var hasInput: Bool { next < records.count }
  public var offloads: PortOffloads { [] }
  public var receiveLosses: ReceiveLosses { losses.losses }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    let now = MonotonicClock.nanoseconds
    while next < records.count {
      if let due = due(next, now: now), due > now {
        timer?.set(due)
        return .drained
      }
      guard !batch.isFull, let packet = pool.take() else { return .more }
      let bytes = records[next].bytes
      if bytes.count <= Packet.maximumLength {
        packet.copy(from: bytes.rawSpan)
        batch.append(packet)
      } else {
        losses.addTooLong()
        pool.give(packet)
      }
      next += 1
      if next == records.count, loops {
        next = 0
        origin = nil
      }
    }
    timer?.cancel()
    return .drained
  }

  /// When record `index` is to arrive, on the monotonic clock; `nil` for at once. A record that is older than
  /// the first one of its round arrives at once.
  private func due(_ index: Int, now: UInt64) -> UInt64? {
    guard timer != nil else { return nil }
    let start = origin ?? now
    origin = start
    let first = records[0].time
    return start &+ (max(records[index].time, first) - first)
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    let now = WallClock.nanoseconds
    for i in 0..<batch.count {
      let packet = batch[i]
      unsafe writer?.append(packet.pointer, length: packet.length, nanoseconds: now)
      report[i] = .sent
    }
    guard let isWritten = writer?.flush(), !isWritten else { return }
    for i in 0..<batch.count { report[i] = .down }
  }
}

extension PortType {
  static let pcap = PortType(
    PcapPort.self, "frames come from a capture file and go to another one", hasLink: false,
    options: [
      PortOption("rx_pcap", "FILE", "where received frames come from; none"),
      PortOption("tx_pcap", "FILE", "where transmitted frames go; they are dropped"),
      PortOption("realtime", "true|false", "whether the capture's gaps are kept; false"),
      PortOption("loop", "true|false", "whether the capture starts anew at its end; false"),
    ]
  ) { (_, values) throws(PortError) in
    try PcapPort.open(
      PcapOptions(
        receiveFile: values.text("rx_pcap"), transmitFile: values.text("tx_pcap"),
        isRealTime: try values.flag("realtime") ?? false, loops: try values.flag("loop") ?? false))
  }
}
