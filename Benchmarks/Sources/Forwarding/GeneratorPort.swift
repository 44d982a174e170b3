import Bytes
import Ports
import Synchronization

/// Makes UDP frames of many flows as fast as they are taken. What a frame costs here, about 4 ns, is part of what is
/// measured.
///
/// Flow `f` has the ports `f` (upper half) and `f` (lower half), and the addresses `f` modulo the number of hosts. The
/// UDP checksum is 0, which says that there is none (RFC 768); the IPv4 header's is right.
final class GeneratorPort: Port, PortQueue {
  static var typeName: String { "generator" }

  private struct State {
    var sequence: FlowSequence
    var template: [UInt8]
  }

  private let state: Mutex<State>
  private let hosts: UInt32
  /// Whether flows differ in their IPv4 destination, too.
  private let spreadsAddresses: Bool
  private let isOn = Atomic<Bool>(false)

  init(_ sequence: FlowSequence, hosts: Int, spreadsAddresses: Bool, byteCount: Int) {
    self.hosts = UInt32(hosts)
    self.spreadsAddresses = spreadsAddresses
    state = Mutex(State(sequence: sequence, template: Self.template(byteCount)))
  }

  private static func template(_ byteCount: Int) -> [UInt8] {
    let length = byteCount - 14
    let ethernet: [UInt8] = [2, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 8, 0]
    let ip: [UInt8] =
      [0x45, 0] + bytes(length) + [0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    let frame = ethernet + ip + [0, 0, 0, 0] + bytes(length - 20) + [0, 0]
    return frame + [UInt8](repeating: 0, count: byteCount - frame.count)
  }

  private static func bytes(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

  func setOn(_ value: Bool) { isOn.store(value, ordering: .relaxed) }

  var descriptor: CInt? { nil }
  var hasInput: Bool { isOn.load(ordering: .relaxed) }
  var offloads: PortOffloads { .all }
  var receiveLosses: ReceiveLosses { ReceiveLosses() }

  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    state.withLock { state in
      while !batch.isFull, let packet = pool.take() {
        packet.copy(from: state.template.rawSpan)
        var bytes = packet.mutableBytes
        let flow = state.sequence.draw()
        let host = UInt16(truncatingIfNeeded: flow % hosts)
        bytes.store(host, at: 4)
        bytes.store(host, at: 10)
        if spreadsAddresses { bytes.store(0x0a00_0000 | flow & 0xff_ffff, at: 30) }
        bytes.store(checksum(bytes), at: 24)
        bytes.store(flow, at: 34)
        batch.append(packet)
      }
    }
    return .more
  }

  /// RFC 791, section 3.1; RFC 1071.
  private func checksum(_ bytes: borrowing MutableRawSpan) -> UInt16 {
    var sum: UInt64 = 0
    sum += UInt64(bytes.load(UInt32.self, at: 14)) + UInt64(bytes.load(UInt32.self, at: 18))
    sum += UInt64(bytes.load(UInt16.self, at: 22)) << 16
    sum += UInt64(bytes.load(UInt32.self, at: 26)) + UInt64(bytes.load(UInt32.self, at: 30))
    sum = (sum & 0xffff_ffff) + sum >> 32
    sum = (sum & 0xffff) + sum >> 16
    sum = (sum & 0xffff) + sum >> 16
    return ~UInt16(truncatingIfNeeded: sum)
  }

  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    for i in 0..<batch.count { report[i] = .sent }
  }
}
