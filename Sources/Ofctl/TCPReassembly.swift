import Bytes

/// Puts the bytes of TCP connections together, as far as a capture has them: each direction for itself, in the
/// order of sequence numbers. RFC 9293 section 3.4.
struct TCPReassembly {
  /// One direction of one connection.
  struct Stream: Hashable {
    var source: [UInt8]
    var destination: [UInt8]
    var sourcePort: UInt16
    var destinationPort: UInt16
  }

  /// What a frame adds: the next bytes of a stream, in order. `starts` says that the connection is new, so that
  /// nothing of an older one with the same addresses belongs to it.
  struct Delivery {
    var stream: Stream
    var bytes: [UInt8]
    var starts: Bool
  }

  private struct State {
    /// The next sequence number.
    var next: UInt32
    /// What came too early, by sequence number.
    var early: [UInt32: [UInt8]] = [:]
  }

  private var states: [Stream: State] = [:]
  /// Bytes of early segments that one stream keeps at most.
  private static var maximumEarlyCount: Int { 256 }

  /// Takes a frame. `nil` when it is no TCP segment that can be read.
  mutating func add(_ frame: ArraySlice<UInt8>) -> Delivery? {
    guard let segment = Segment(frame) else { return nil }
    let starts = segment.isSYN
    if starts || states[segment.stream] == nil {
      states[segment.stream] = State(next: segment.sequence &+ (starts ? 1 : 0))
    }
    guard var state = states[segment.stream] else { return nil }
    var bytes: [UInt8] = []
    var sequence = segment.sequence &+ (starts ? 1 : 0)
    var payload: [UInt8]? = Array(segment.payload)
    while let piece = payload {
      // Bytes from before `next` are repetitions.
      let repeated = Int(Int32(bitPattern: state.next &- sequence))
      if repeated < 0 {
        if !piece.isEmpty, state.early.count < Self.maximumEarlyCount { state.early[sequence] = piece }
        break
      }
      if repeated < piece.count {
        bytes += piece.dropFirst(repeated)
        state.next &+= UInt32(piece.count - repeated)
      }
      sequence = state.next
      payload = state.early.removeValue(forKey: sequence)
    }
    states[segment.stream] = state
    return Delivery(stream: segment.stream, bytes: bytes, starts: starts)
  }
}

/// A TCP segment within an Ethernet frame, over IPv4 or IPv6, behind up to two VLAN tags.
private struct Segment {
  var stream: TCPReassembly.Stream
  var sequence: UInt32
  var isSYN: Bool
  var payload: ArraySlice<UInt8>

  init?(_ frame: ArraySlice<UInt8>) {
    var reader = ByteReader(frame)
    do throws(DecodeError) {
      try reader.skip(12)
      var type = try reader.read(UInt16.self)
      for _ in 0..<2 where type == 0x8100 || type == 0x88a8 {
        try reader.skip(2)
        type = try reader.read()
      }
      let source: [UInt8]
      let destination: [UInt8]
      var transport: ArraySlice<UInt8>
      switch type {
      case 0x0800:
        let packet = reader.remaining
        let headerByteCount = try Int(reader.read(UInt8.self) & 0xf) * 4
        try reader.skip(1)
        let length = try Int(reader.read(UInt16.self))
        try reader.skip(2)
        let fragment = try reader.read(UInt16.self)
        try reader.skip(1)
        guard try reader.read(UInt8.self) == 6, fragment & 0x1fff == 0, headerByteCount >= 20 else {
          return nil
        }
        try reader.skip(2)
        source = Array(try reader.take(4))
        destination = Array(try reader.take(4))
        transport = packet.prefix(length).dropFirst(headerByteCount)
      case 0x86dd:
        try reader.skip(4)
        let length = try Int(reader.read(UInt16.self))
        guard try reader.read(UInt8.self) == 6 else { return nil }
        try reader.skip(1)
        source = Array(try reader.take(16))
        destination = Array(try reader.take(16))
        transport = reader.remaining.prefix(length)
      default: return nil
      }
      var tcp = ByteReader(transport)
      stream = TCPReassembly.Stream(
        source: source, destination: destination, sourcePort: try tcp.read(), destinationPort: try tcp.read())
      sequence = try tcp.read()
      try tcp.skip(4)
      let flags = try tcp.read(UInt16.self)
      isSYN = flags & 2 != 0
      let headerByteCount = Int(flags >> 12) * 4
      guard headerByteCount >= 20 else { return nil }
      transport = transport.dropFirst(headerByteCount)
      payload = transport
    } catch {
      return nil
    }
  }
}
