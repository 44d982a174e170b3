// Memory: `bytes` has room for `capacity` bytes; those from `start` to `end` were received and not yet taken. The kernel
// writes behind `end`, as many as there is room for.
import Bytes
import CLinux

/// Frames out of a stream in which each comes behind its length, four bytes in network byte order: the framing of QEMU's
/// stream sockets.
@safe struct FrameStream: ~Copyable {
  enum Next {
    case frame
    /// The next frame is not there yet.
    case incomplete
    /// It has a length that no frame has.
    case wrongLength(Int)
  }

  private static var capacity: Int { 2 * (Packet.maximumLength + 4) }

  private let bytes: UnsafeMutableRawPointer
  private var start = 0
  private var end = 0

  init() { unsafe bytes = .allocate(byteCount: Self.capacity, alignment: 8) }

  deinit { unsafe bytes.deallocate() }

  mutating func removeAll() {
    start = 0
    end = 0
  }

  /// Whether a frame, or what cannot be one, is there.
  var hasNext: Bool { end - start >= 4 && (length > Packet.maximumLength || end - start - 4 >= length) }

  /// Precondition: four bytes are there.
  private var length: Int {
    Int(UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
  }

  /// Puts the next frame into `packet`, if it is there whole.
  mutating func next(into packet: Packet) -> Next {
    guard end - start >= 4 else { return .incomplete }
    let length = length
    guard length <= Packet.maximumLength else { return .wrongLength(length) }
    guard end - start - 4 >= length else { return .incomplete }
    packet.copy(from: unsafe RawSpan(_unsafeStart: bytes + start + 4, byteCount: length))
    start += 4 + length
    return .frame
  }

  /// Receives more. Returns how many bytes, 0 at the stream's end, or the errno negated. Precondition: what comes next is
  /// not there whole, so there is room.
  mutating func receive(from socket: CInt) -> Int {
    if start > 0 {
      unsafe bytes.copyMemory(from: bytes + start, byteCount: end - start)
      end -= start
      start = 0
    }
    let count = unsafe clinux_stream_receive(socket, bytes + end, Self.capacity - end)
    if count > 0 { end += count }
    return count
  }
}
