// Sends 60-byte frames by one device as fast as it takes them, in batches of 32: what iperf3 cannot.
//
//   Flood DEVICE DESTINATION-MAC SECONDS
//
// Prints how many were sent a second. Whoever wants to know how many arrived reads the receiver's counters.
import Bytes
import Glibc
import Ports
import Sys
import Wire

let words = CommandLine.arguments
guard words.count == 4, let destination = MACAddress(words[2]), let seconds = UInt64(words[3]) else {
  print("usage: Flood DEVICE DESTINATION-MAC SECONDS")
  exit(1)
}

let port = try PacketSocketPort.open(
  PacketSocketOptions(name: words[1], isPromiscuous: false, reception: .messages))
var pool = PacketPool(capacity: PacketBatch.capacity)
var batch = PacketBatch()
var report = TransmitReport()
// An EtherType for experiments (IEEE 802, clause 9.2.3): no host answers it.
var frame = (0..<6).map { UInt8(truncatingIfNeeded: destination.rawValue >> UInt64(40 - 8 * $0)) }
frame += [0x02, 0, 0, 0, 0, 0x99, 0x88, 0xb5] + [UInt8](repeating: 0, count: 46)
while let packet = pool.take() {
  packet.copy(from: frame.rawSpan)
  batch.append(packet)
}

let start = MonotonicClock.nanoseconds
var sent = 0
var elapsed: UInt64 = 0
while elapsed < seconds * 1_000_000_000 {
  port.queues[0].transmit(batch, report: &report)
  for i in 0..<batch.count where report[i] == .sent { sent += 1 }
  elapsed = MonotonicClock.nanoseconds - start
}
print(UInt64(sent) * 1_000_000_000 / elapsed)
