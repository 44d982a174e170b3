// Memory: one mapping of a file that the switch made or gets back, kept by `file`; the record of each ring lies in it whole.
import CLinux
import Glibc
import Sys

/// Memory that outlives the switch, in which each ring has its progress: the front end keeps it, and gives it to the switch
/// that comes after one that died. The layout is that of the vhost-user specification, "Inflight I/O tracking".
///
/// Chains are given back in order, so none is ever in flight between two batches; what a switch that dies leaves open is
/// what follows from where the ring was. A split ring says that itself. For a packed ring it is written here before and
/// after each chain that is given back.
@safe final class InflightRecord {
  static var alignment: Int { 64 }

  private let file: GuardedFile
  let rings: Int
  let entries: Int
  let isPacked: Bool

  /// Bytes of all rings' records.
  static func length(rings: Int, entries: Int, isPacked: Bool) -> UInt64 {
    UInt64(rings * ringLength(entries, isPacked: isPacked))
  }

  /// A header and as many entries: of 16 bytes, or 32 for a packed ring.
  private static func ringLength(_ entries: Int, isPacked: Bool) -> Int {
    let length = isPacked ? 32 + 32 * entries : 16 + 16 * entries
    return (length + alignment - 1) / alignment * alignment
  }

  init(file: CInt, offset: UInt64, rings: Int, entries: Int, isPacked: Bool) throws(GuestMemoryError) {
    let length = Self.length(rings: rings, entries: entries, isPacked: isPacked)
    self.file = try GuardedFile(file, offset: offset, length: length)
    self.rings = rings
    self.entries = entries
    self.isPacked = isPacked
  }

  /// The record of a ring, for workers, while this exists; none when there is none for it.
  func progress(ofRing ring: Int) -> RingProgress {
    guard ring < rings else { return RingProgress() }
    return unsafe RingProgress(
      start: file.start + ring * Self.ringLength(entries, isPacked: isPacked), isPacked: isPacked,
      entries: entries)
  }
}

/// A ring's part of an `InflightRecord`, or none, as a handle for the packet path.
@safe struct RingProgress: BitwiseCopyable {
  /// Offsets in a ring's record.
  private enum Place {
    static var version: Int { 8 }
    static var entries: Int { 10 }
    static var splitUsed: Int { 14 }
    /// From the lowest bits on: 16 of the index, 16 of the index before, 8 of the wrap counter, 8 of that before.
    static var packedUsed: Int { 16 }
  }

  private let start: UnsafeMutableRawPointer?
  private let isPacked: Bool
  private let entries: Int

  fileprivate init(start: UnsafeMutableRawPointer, isPacked: Bool, entries: Int) {
    unsafe self.start = start
    self.isPacked = isPacked
    self.entries = entries
  }

  /// No record.
  init() {
    unsafe start = nil
    isPacked = false
    entries = 0
  }

  /// Where a packed ring that somebody else served goes on; `nil` for a ring that nobody has served yet.
  ///
  /// - Parameters:
  ///   - size: entries of the ring. The record may have more, and a front end may have written anything into it.
  ///   - isGivenBack: whether the entry at that position of the ring was given back.
  func resume(ringOf size: Int, _ isGivenBack: (PackedRing.Position) -> Bool) -> PackedRing.Position? {
    guard let start = unsafe start, isPacked, unsafe clinux_load16(start + Place.version) == 1 else {
      return nil
    }
    let word = unsafe clinux_load64(start + Place.packedUsed)
    let old = PackedRing.Position(index: UInt16(truncatingIfNeeded: word >> 16), wrap: word >> 40 & 1 != 0)
    let new = PackedRing.Position(index: UInt16(truncatingIfNeeded: word), wrap: word >> 32 & 1 != 0)
    guard old.index < size, new.index < size else { return nil }
    return old.word != new.word && isGivenBack(old) ? new : old
  }

  /// The ring is served from here on.
  func begin(_ position: PackedRing.Position) {
    guard let start = unsafe start else { return }
    unsafe clinux_store16(start + Place.entries, UInt16(truncatingIfNeeded: entries))
    if isPacked { confirm(position) }
    unsafe clinux_store16_release(start + Place.version, 1)
  }

  /// The packed ring's next chain is about to be given back; the ring is at `next` then.
  @inline(__always)
  func announce(_ next: PackedRing.Position, after position: PackedRing.Position) {
    guard let start = unsafe start else { return }
    let wraps = (next.wrap ? UInt64(1) << 32 : 0) | (position.wrap ? UInt64(1) << 40 : 0)
    // One store, behind all that came before it.
    unsafe clinux_store64_release(
      start + Place.packedUsed, UInt64(next.index) | UInt64(position.index) << 16 | wraps)
  }

  /// It was given back.
  @inline(__always)
  func confirm(_ position: PackedRing.Position) { announce(position, after: position) }

  /// The index of a split ring's used ring.
  @inline(__always)
  func note(used: UInt16) {
    guard let start = unsafe start else { return }
    unsafe clinux_store16(start + Place.splitUsed, used)
  }
}
