// Memory: bytes go between guest memory, whose addresses `GuestRegions` checks, and slots of the pool. A frame's header is
// put in front of it, into headroom, which belongs to nobody; a slot has room for `Packet.maximumLength` bytes behind it,
// and no more are gathered.
import Bytes
import CLinux

/// What became of a chain that was to be a frame.
private enum Gathered {
  case frame(length: Int)
  case tooLong
  /// Shorter than its own header.
  case headless
  case lie
}

/// The header in front of each frame that a guest sends.
struct HeaderForm {
  /// 10 or 12 bytes.
  let length: Int
  /// Whether what it says means anything.
  let isRead: Bool
}

/// Frames between rings and packets.
extension Virtqueue where Self: ~Copyable {
  /// Takes the frames that the guest sends.
  ///
  /// - Returns: whether there may be more.
  @inline(__always)
  mutating func receive(
    into batch: inout PacketBatch, from pool: inout PacketPool, _ header: HeaderForm,
    _ losses: borrowing LossCounters, _ fault: inout RingFault?
  ) -> Bool {
    let room = min(batch.room, pool.available)
    var count = 0
    while count < room, let chain = open(&fault) {
      unsafe opened[count] = chain
      if let place = unsafe regions.place(chain.address, 1) {
        unsafe clinux_prefetch(place + (header.isRead ? 0 : header.length))
        unsafe clinux_prefetch(place + max(0, min(chain.length, 128) - 1))
      }
      count += 1
    }
    for i in 0..<count {
      guard let packet = pool.take() else { break }
      var chain = unsafe opened[i]
      switch gather(&chain, to: packet, header, &fault) {
      case .frame(let length):
        packet.setLength(length)
        if !header.isRead || adopt(packet, header.length) {
          batch.append(packet)
        } else {
          refuse(packet, &pool, losses)
        }
      case .tooLong:
        losses.addTooLong()
        pool.give(packet)
      case .headless: refuse(packet, &pool, losses)
      case .lie:
        pool.give(packet)
        return false
      }
      unsafe stage(opened[i], written: 0)
    }
    return count == room
  }

  @inline(never)
  private func refuse(_ packet: Packet, _ pool: inout PacketPool, _ losses: borrowing LossCounters) {
    losses.addBadOffload()
    pool.give(packet)
  }

  /// Copies all of the chain, header and frame, so that the frame begins where a slot's frame does. A header that is not read
  /// stays where it is.
  @inline(__always)
  private func gather(
    _ chain: inout Chain, to packet: Packet, _ header: HeaderForm, _ fault: inout RingFault?
  ) -> Gathered {
    packet.setLength(0)
    let start = unsafe packet.pointer - header.length
    var room = header.length + Packet.maximumLength
    var total = 0
    var ignored = header.isRead ? 0 : header.length
    repeat {
      guard !chain.isWritable else {
        fault = .writableBufferSent
        return .lie
      }
      let length = chain.length
      guard length <= room else { return .tooLong }
      let passed = min(ignored, length)
      guard
        unsafe regions.copy(
          from: chain.address, behind: passed, to: start + (total + passed), length - passed)
      else {
        fault = .bufferOutsideMemory
        return .lie
      }
      ignored -= passed
      total += length
      room -= length
    } while chain.advance(&fault)
    guard fault == nil else { return .lie }
    return total < header.length ? .headless : .frame(length: total - header.length)
  }

  /// Takes over what the header in front of the frame says. `false` when it lies.
  @inline(__always)
  private func adopt(_ packet: Packet, _ headerLength: Int) -> Bool {
    let header = unsafe packet.pointer - headerLength
    // No flags and no segmentation: whatever else it says means nothing.
    if unsafe header.loadUnaligned(as: UInt16.self) == 0 { return true }
    return unsafe packet.adopt(OffloadHeader(header.loadUnaligned(as: clinux_vnet_header.self)))
  }

  // MARK: To the guest

  /// Gives the guest the frames of `batch` that `report` does not name as refused yet.
  ///
  /// - Parameters:
  ///   - flags: those of the offload header that the guest understands.
  ///   - scratch: has room for the longest frame and its header.
  @inline(__always)
  mutating func transmit(
    _ batch: borrowing PacketBatch, report: inout TransmitReport, headerLength: Int, isMergeable: Bool,
    flags: UInt8, scratch: UnsafeMutableRawPointer, _ fault: inout RingFault?
  ) {
    var openedCount = 0
    while openedCount < batch.count, let chain = open(&fault) {
      unsafe opened[openedCount] = chain
      if let place = unsafe regions.place(chain.address, 1) {
        let length = batch[openedCount].length
        unsafe clinux_prefetch(place)
        unsafe clinux_prefetch_write(place + headerLength)
        unsafe clinux_prefetch_write(place + (headerLength + min(length, 128) - 1))
      }
      openedCount += 1
    }
    // What was opened before the lie is given back as it is.
    guard fault == nil else {
      for i in 0..<batch.count { report[i] = .down }
      return
    }
    var next = 0
    var isFull = false
    for i in 0..<batch.count where report[i] == .sent {
      if isFull {
        report[i] = .queueFull
        continue
      }
      let packet = batch[i]
      if next < openedCount, packet.offload.isPlain, unsafe put(packet, into: opened[next], headerLength) {
        next += 1
        continue
      }
      var source = unsafe UnsafeRawPointer(packet.pointer - headerLength)
      if packet.headroom >= headerLength {
        unsafe Self.write(packet.offload, flags, to: packet.pointer - headerLength, headerLength)
      } else {
        unsafe Self.write(packet.offload, flags, to: scratch, headerLength)
        unsafe (scratch + headerLength).copyMemory(from: packet.pointer, byteCount: packet.length)
        unsafe source = UnsafeRawPointer(scratch)
      }
      let outcome = unsafe scatter(
        source, headerLength + packet.length, headerLength, isMergeable: isMergeable, &next, openedCount,
        &fault)
      report[i] = outcome
      if fault != nil {
        for j in i..<batch.count { report[j] = .down }
        return
      }
      if outcome == .queueFull { isFull = true }
    }
    if next < openedCount, !isFull { unsafe rewind(to: opened[next], staged: stagedCount) }
  }

  /// Copies a frame that is finished into a chain whose first buffer has room for it, as most have. `false` when nothing was
  /// done.
  @inline(__always)
  private mutating func put(_ packet: Packet, into chain: Chain, _ headerLength: Int) -> Bool {
    let total = headerLength + packet.length
    guard chain.isWritable, chain.length >= total,
      let place = unsafe regions.place(chain.address, chain.length)
    else { return false }
    unsafe clinux_plain_header(place, CInt(truncatingIfNeeded: headerLength))
    unsafe clinux_copy(place + headerLength, packet.pointer, packet.length)
    regions.dirty.note(chain.address, total)
    stage(chain, written: total)
    return true
  }

  /// The header of a frame, for the guest.
  @inline(__always)
  private static func write(
    _ offload: OffloadHeader, _ flags: UInt8, to place: UnsafeMutableRawPointer, _ length: Int
  ) {
    var header = clinux_vnet_header(offload)
    header.flags &= flags
    header.buffer_count = 1
    unsafe clinux_copy(place, &header, length)
  }

  /// Copies `total` bytes into the next chain, or as many as it takes if they may be several.
  @inline(__always)
  private mutating func scatter(
    _ source: UnsafeRawPointer, _ total: Int, _ headerLength: Int, isMergeable: Bool, _ next: inout Int,
    _ openedCount: Int,
    _ fault: inout RingFault?
  ) -> TransmitOutcome {
    let stagedBefore = stagedCount
    var done = 0
    var chains: UInt16 = 0
    // Of all chains together, so that buffers without room in them keep nobody long.
    var buffers = 0
    var first: Chain?
    /// Where the number of chains is in the guest's memory.
    var counter: UnsafeMutableRawPointer?
    var counterAddress: UInt64 = 0
    while true {
      var chain: Chain
      if next < openedCount {
        chain = unsafe opened[next]
        next += 1
      } else if let another = open(&fault) {
        chain = another
      } else {
        // Not enough for the frame: the guest keeps what was begun.
        if fault == nil, let first { rewind(to: first, staged: stagedBefore) }
        return .queueFull
      }
      if first == nil { first = chain }
      let whole = chain
      var written = 0
      repeat {
        guard chain.isWritable else {
          fault = .readOnlyBufferOffered
          return .down
        }
        let length = min(chain.length, total - done)
        buffers += 1
        guard let place = unsafe regions.place(chain.address, chain.length) else {
          guard unsafe regions.copy(source + done, to: chain.address, length) else {
            fault = .bufferOutsideMemory
            return .down
          }
          done += length
          written += length
          continue
        }
        unsafe clinux_copy(place, source + done, length)
        regions.dirty.note(chain.address, length)
        if done == 0, length >= 12 {
          unsafe counter = place + 10
          counterAddress = chain.address &+ 10
        }
        done += length
        written += length
      } while done < total && chain.advance(&fault)
      guard fault == nil else { return .down }
      stage(whole, written: written)
      chains += 1
      if done == total { break }
      // All of the header is in the first one.
      guard isMergeable, done >= headerLength, buffers < RingSetup.longestChain else {
        // The frame is lost, and the guest gets the buffers back that it does not fit into.
        if let first { rewind(to: first, staged: stagedBefore) }
        next = openedCount
        return .tooLong
      }
    }
    if chains > 1 {
      if let counter = unsafe counter {
        unsafe clinux_store16(counter, chains)
        // Noted again: the page may have been copied since.
        regions.dirty.note(counterAddress, 2)
      } else if let first {
        note(chains, in: first)
      }
    }
    return .sent
  }

  /// Writes how many chains a frame takes into its header, which lies in pieces in the first one.
  @inline(never)
  private func note(_ chains: UInt16, in first: Chain) {
    var chain = first
    var fault: RingFault?
    var start = 0
    repeat {
      for place in 10..<12 where place >= start && place - start < chain.length {
        var byte = UInt8(truncatingIfNeeded: chains >> UInt16(8 * (place - 10)))
        _ = unsafe regions.copy(&byte, to: chain.address &+ UInt64(place - start), 1)
      }
      start += chain.length
    } while start < 12 && chain.advance(&fault)
  }
}
