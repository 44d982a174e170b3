// Memory: `parts` is given to the kernel during a call; what it points to is the batch's.
import Bytes
import CLinux
import Glibc

/// Frames into a stream, each behind its length. A frame that has gone in part has its end kept, so that the stream
/// stays in order whatever becomes of later frames.
@safe struct FrameSender: ~Copyable {
  private var parts = clinux_stream_batch()
  /// The end of a frame of which a part has gone; it has room for any frame.
  private var rest: [UInt8] = []
  private var restStart = 0
  /// Whether somebody is there who takes frames.
  private(set) var isConnected = false

  init() { rest.reserveCapacity(Packet.maximumLength + 4) }

  /// Whether there is something to send as soon as the socket takes it.
  var hasRest: Bool { restStart < rest.count }

  mutating func begin() {
    isConnected = true
    removeRest()
  }

  mutating func end() {
    isConnected = false
    removeRest()
  }

  private mutating func removeRest() {
    rest.removeAll(keepingCapacity: true)
    restStart = 0
  }

  /// Sends what is left of a frame. `false` when it has not all gone.
  mutating func sendRest(to socket: CInt) -> Bool {
    while hasRest {
      let sent = unsafe rest.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return 0 }
        return unsafe clinux_stream_send_rest(socket, base + restStart, bytes.count - restStart)
      }
      guard sent > 0 else { return false }
      restStart += sent
    }
    removeRest()
    return true
  }

  /// Sends the frames of `batch` in order, as many as the socket takes.
  mutating func send(_ batch: borrowing PacketBatch, to socket: CInt, report: inout TransmitReport) {
    guard isConnected else {
      for i in 0..<batch.count { report[i] = .down }
      return
    }
    guard !hasRest || sendRest(to: socket) else {
      for i in 0..<batch.count { report[i] = .queueFull }
      return
    }
    // Frames that may not go are left out, so places in the call and in the batch differ.
    var frames = InlineArray<32, Int>(repeating: 0)
    var count = 0
    for i in 0..<batch.count {
      guard batch[i].length >= Packet.ethernetLength else {
        report[i] = .refused
        continue
      }
      unsafe clinux_stream_put(&parts, CInt(count), batch[i].pointer, UInt32(batch[i].length))
      frames[count] = i
      count += 1
    }
    guard count > 0 else { return }
    var sent = 0
    while true {
      sent = unsafe clinux_stream_send(socket, &parts, CInt(count))
      if sent != -Int(EINTR) { break }
    }
    let refusal: TransmitOutcome = sent >= 0 || sent == -Int(EAGAIN) ? .queueFull : .down
    sent = max(0, sent)
    for place in 0..<count {
      let packet = batch[frames[place]]
      let length = packet.length + 4
      report[frames[place]] = sent > 0 ? .sent : refusal
      if sent > 0, sent < length { keepEnd(of: packet, from: sent) }
      sent = max(0, sent - length)
    }
  }

  /// Keeps what of a frame and the length before it comes behind the first `sent` bytes.
  private mutating func keepEnd(of packet: Packet, from sent: Int) {
    unsafe withUnsafeBytes(of: UInt32(packet.length).bigEndian) { length in
      for i in min(sent, 4)..<4 { unsafe rest.append(length[i]) }
    }
    let frame = packet.bytes
    for i in max(0, sent - 4)..<packet.length { rest.append(frame.load(UInt8.self, at: i)) }
  }
}
