// Memory: one mapping, owned; every address is checked against it and against its chunk before anything is copied.
// Beside it an array with room for the numbers of all transmit chunks, freed by deinit; `freeCount` never exceeds that.
import Bytes
import CLinux
import Glibc
import Sys

/// The memory in which an AF_XDP socket's frames lie: chunks of one page, each for one frame.
///
/// The first chunks are for frames that arrive, the others for frames that leave. A chunk has one holder at a time: the
/// kernel, from when its address is put into the fill or the transmit ring until it comes back by the receive or the
/// completion ring, or else the switch.
@safe struct UMEM: ~Copyable {
  /// Bytes of a chunk.
  static var chunkLength: Int { 4096 }
  /// Bytes that the kernel keeps free in front of a frame that arrives: XDP_PACKET_HEADROOM.
  static var receiveHeadroom: Int { 256 }
  /// The longest frame that can arrive.
  static var longestReceived: Int { chunkLength - receiveHeadroom }

  let receiveChunks: Int
  let transmitChunks: Int
  private let memory: MappedMemory
  /// Numbers of transmit chunks that are free, `freeCount` of them.
  private let free: UnsafeMutablePointer<UInt32>
  private var freeCount: Int

  init(receiveChunks: Int, transmitChunks: Int, subject: String) throws(SysError) {
    self.receiveChunks = receiveChunks
    self.transmitChunks = transmitChunks
    memory = try MappedMemory(
      length: (receiveChunks + transmitChunks) * Self.chunkLength, subject: subject)
    unsafe free = .allocate(capacity: transmitChunks)
    for i in 0..<transmitChunks { unsafe free[i] = UInt32(receiveChunks + i) }
    freeCount = transmitChunks
  }

  deinit { unsafe free.deallocate() }

  /// Makes the memory that of `socket`.
  func register(with socket: borrowing OwnedDescriptor, subject: String) throws(SysError) {
    try SysError.check(
      unsafe clinux_xdp_register_umem(
        socket.rawValue, memory.start, memory.length, UInt32(Self.chunkLength)),
      call: "XDP_UMEM_REG", subject: subject)
  }

  /// The number of the chunk that has `address`; `nil` when there is none.
  @inline(__always)
  private func chunk(at address: UInt64) -> Int? {
    address < UInt64(memory.length) ? Int(address) / Self.chunkLength : nil
  }

  // MARK: Receiving

  /// The address of receive chunk `index`.
  func address(ofReceiveChunk index: Int) -> UInt64 { UInt64(index * Self.chunkLength) }

  /// The address of the receive chunk that has `address`; `nil` when there is none.
  @inline(__always)
  func receiveChunk(at address: UInt64) -> UInt64? {
    guard let chunk = chunk(at: address), chunk < receiveChunks else { return nil }
    return UInt64(chunk * Self.chunkLength)
  }

  /// Copies the frame that `frame` describes. `false`, and nothing is copied, unless all of it lies in one receive
  /// chunk.
  @inline(__always)
  func copy(_ frame: xdp_desc, to packet: Packet) -> Bool {
    guard let start = receiveChunk(at: frame.addr),
      UInt64(frame.len) <= start + UInt64(Self.chunkLength) - frame.addr
    else { return false }
    packet.setLength(Int(frame.len))
    unsafe packet.pointer.copyMemory(from: memory.start + Int(frame.addr), byteCount: Int(frame.len))
    return true
  }

  // MARK: Sending

  /// Transmit chunks that are free.
  var freeTransmitChunks: Int { freeCount }

  /// Copies `packet` into a free chunk; `nil` when there is none. Precondition: it is no longer than a chunk.
  @inline(__always)
  mutating func place(_ packet: Packet) -> xdp_desc? {
    guard freeCount > 0 else { return nil }
    precondition(packet.length <= Self.chunkLength, "a frame longer than a chunk")
    freeCount -= 1
    let address = unsafe Int(free[freeCount]) * Self.chunkLength
    unsafe (memory.start + address).copyMemory(from: packet.pointer, byteCount: packet.length)
    return xdp_desc(addr: UInt64(address), len: UInt32(truncatingIfNeeded: packet.length), options: 0)
  }

  /// Takes back the transmit chunk that has `address`. What cannot be one is ignored.
  @inline(__always)
  mutating func takeBack(_ address: UInt64) {
    guard let chunk = chunk(at: address), chunk >= receiveChunks, freeCount < transmitChunks else { return }
    unsafe free[freeCount] = UInt32(truncatingIfNeeded: chunk)
    freeCount += 1
  }
}
