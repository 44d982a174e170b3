// Memory: one block of regions and one `UInt32` for each mapping, freed by deinit together with the mappings. Every address
// that a guest or a front end names is checked against the regions before anything is copied; bytes of the guest are copied
// and never looked at where they lie. Whoever keeps a `GuestRegions` of it lets go of it before the memory goes.
import CLinux
import Glibc
import Sys

/// A piece of a guest's memory that the front end shares, as a message describes it.
struct MemoryRegionDescription: Equatable, Sendable {
  /// Where the guest sees it.
  var guestAddress: UInt64
  var length: UInt64
  /// Where the front end sees it.
  var userAddress: UInt64
  /// Where it begins in the file that comes with it.
  var fileOffset: UInt64
}

/// Why memory that a front end offers is not taken.
enum GuestMemoryError: Error, Equatable, CustomStringConvertible {
  case tooManyRegions(Int)
  /// Bytes, of all regions together.
  case tooMuch(UInt64)
  /// Bytes of a log of pages.
  case logTooLong(UInt64)
  case emptyRegion
  /// The addresses go past the end of the address space.
  case wraps
  /// Two regions have the same addresses.
  case overlaps
  /// Not a file in memory, whose pages could be as late as its server likes.
  case notInMemory
  /// The file ends before the region does.
  case tooShort(has: UInt64, needs: UInt64)
  case noSuchRegion
  case noRoomForGuards
  case system(SysError)

  var description: String {
    switch self {
    case .tooManyRegions(let count): "\(count) regions of memory, and \(GuestMemory.mostRegions) is the most"
    case .tooMuch(let bytes): "\(bytes) bytes of memory, and \(GuestMemory.mostBytes) is the most"
    case .logTooLong(let bytes): "a log of \(bytes) bytes, and \(DirtyLog.mostBytes) is the most"
    case .emptyRegion: "a region of memory of 0 bytes"
    case .wraps: "a region of memory that goes past the end of the address space"
    case .overlaps: "two regions of memory have the same addresses"
    case .notInMemory: "memory that is no memfd, tmpfs or hugetlbfs file"
    case .tooShort(let has, let needs):
      "a file of \(has) bytes for a region of memory that ends at \(needs)"
    case .noSuchRegion: "a region of memory to be removed that is not there"
    case .noRoomForGuards: "more regions of memory than the process can watch"
    case .system(let error): "\(error)"
    }
  }
}

/// The memory of a guest as a front end has shared it. Changed by the session while no worker is in a ring.
@safe final class GuestMemory {
  /// The most regions, as many as a front end is told of by GET_MAX_MEM_SLOTS.
  static var mostRegions: Int { 64 }
  /// The most bytes of all regions together, 16 TiB: more than machines have, and an eighth of what a process can map, so that
  /// there is room for the others.
  static var mostBytes: UInt64 { 1 << 44 }

  @safe private struct Mapping {
    var file: SharedFile.Mapping
    var description: MemoryRegionDescription
    /// How often it was added and not removed: QEMU before 8.1 says so once for each pair of queues.
    var count = 1
  }

  private var mappings: [Mapping] = []
  private let block: UnsafeMutablePointer<GuestRegions.Region>
  private let isLost: UnsafeMutablePointer<UInt32>

  init() {
    unsafe block = .allocate(capacity: Self.mostRegions)
    unsafe isLost = .allocate(capacity: 1)
    unsafe isLost.initialize(to: 0)
  }

  deinit {
    removeAll()
    unsafe block.deallocate()
    unsafe isLost.deallocate()
  }

  /// For workers, until the memory is changed.
  ///
  /// - Parameter dirty: where it is noted what they write.
  func regions(_ dirty: DirtyPages) -> GuestRegions {
    unsafe GuestRegions(start: block, count: mappings.count, lost: isLost, dirty: dirty)
  }

  /// Whether a part of it was taken away while it was in use.
  var hasVanished: Bool { unsafe clinux_load32(isLost) != 0 }

  var count: Int { mappings.count }

  /// Maps a region, unless it is there already. Nothing has changed when it throws.
  func add(_ region: MemoryRegionDescription, file: CInt) throws(GuestMemoryError) {
    if let place = mappings.firstIndex(where: { $0.description == region }) {
      mappings[place].count += 1
      return
    }
    guard mappings.count < Self.mostRegions else { throw .tooManyRegions(mappings.count + 1) }
    try Self.check(region)
    let total = mappings.reduce(region.length) { $0 + $1.description.length }
    guard total <= Self.mostBytes else { throw .tooMuch(total) }
    for other in mappings {
      let other = other.description
      let areApart =
        region.guestAddress + region.length <= other.guestAddress
        || other.guestAddress + other.length <= region.guestAddress
      let areApartForUser =
        region.userAddress + region.length <= other.userAddress
        || other.userAddress + other.length <= region.userAddress
      guard areApart, areApartForUser else { throw .overlaps }
    }
    let mapping = unsafe try SharedFile.map(
      file, offset: region.fileOffset, length: region.length, lost: isLost)
    unsafe (block + mappings.count).initialize(
      to: GuestRegions.Region(
        guestStart: region.guestAddress, userStart: region.userAddress, length: region.length,
        host: mapping.start + Int(mapping.offset)))
    mappings.append(Mapping(file: mapping, description: region))
  }

  private static func check(_ region: MemoryRegionDescription) throws(GuestMemoryError) {
    guard region.length > 0 else { throw .emptyRegion }
    // Half of the address space is more than any file has, so that no sum below overflows.
    let most = UInt64(1) << 62
    guard region.length < most, region.fileOffset < most,
      !region.guestAddress.addingReportingOverflow(region.length).overflow,
      !region.userAddress.addingReportingOverflow(region.length).overflow
    else { throw .wraps }
  }

  /// Takes a region away, when it was removed as often as it was added.
  func remove(_ region: MemoryRegionDescription) throws(GuestMemoryError) {
    let place = mappings.firstIndex {
      $0.description.guestAddress == region.guestAddress
        && $0.description.userAddress == region.userAddress && $0.description.length == region.length
    }
    guard let place else { throw .noSuchRegion }
    mappings[place].count -= 1
    guard mappings[place].count == 0 else { return }
    SharedFile.unmap(mappings.remove(at: place).file)
    for i in place..<mappings.count { unsafe block[i] = block[i + 1] }
  }

  func removeAll() {
    for mapping in mappings { SharedFile.unmap(mapping.file) }
    mappings = []
  }

  /// Where `length` bytes at an address of the front end lie; `nil` unless they are in one region.
  func place(ofUser address: UInt64, length: UInt64) -> UnsafeMutableRawPointer? {
    for i in 0..<mappings.count {
      let region = unsafe block[i]
      let offset = address &- region.userStart
      if offset < region.length, length <= region.length - offset { return unsafe region.host + Int(offset) }
    }
    return nil
  }

  /// The guest's address of what is at an address of the front end; `nil` unless that is in a region.
  func guestAddress(ofUser address: UInt64) -> UInt64? {
    for i in 0..<mappings.count {
      let region = unsafe block[i]
      let offset = address &- region.userStart
      if offset < region.length { return region.guestStart + offset }
    }
    return nil
  }
}

/// The regions of a `GuestMemory`, as a handle for the packet path.
@safe struct GuestRegions: BitwiseCopyable {
  @safe struct Region {
    var guestStart: UInt64
    var userStart: UInt64
    var length: UInt64
    var host: UnsafeMutableRawPointer
  }

  private let start: UnsafeMutablePointer<Region>
  private let count: Int
  private let lost: UnsafeMutablePointer<UInt32>
  let dirty: DirtyPages

  init(
    start: UnsafeMutablePointer<Region>, count: Int, lost: UnsafeMutablePointer<UInt32>, dirty: DirtyPages
  ) {
    unsafe self.start = start
    self.count = count
    unsafe self.lost = lost
    self.dirty = dirty
  }

  /// Whether a part of the memory is gone: what was copied may be zeros.
  @inline(__always) var hasVanished: Bool { unsafe clinux_load32(lost) != 0 }

  /// Where the `length` bytes at the guest's `address` lie; `nil` unless they are in one region.
  @inline(__always)
  func place(_ address: UInt64, _ length: Int) -> UnsafeMutableRawPointer? {
    for i in 0..<count {
      let offset = unsafe address &- start[i].guestStart
      let room = unsafe start[i].length
      if offset < room, UInt64(truncatingIfNeeded: length) <= room &- offset {
        return unsafe start[i].host + Int(truncatingIfNeeded: offset)
      }
    }
    return nil
  }

  /// Where the byte at the guest's `address` lies, and how many of the region follow from it on.
  @inline(never)
  private func rest(at address: UInt64) -> (place: UnsafeMutableRawPointer, count: UInt64)? {
    for i in 0..<count {
      let offset = unsafe address &- start[i].guestStart
      let room = unsafe start[i].length
      if offset < room { return unsafe (start[i].host + Int(truncatingIfNeeded: offset), room &- offset) }
    }
    return nil
  }

  /// Copies the `length` bytes of the guest that lie `passed` bytes behind `address`. `false` when not all of them, or of
  /// those before, are in its memory.
  @inline(__always)
  func copy(
    from address: UInt64, behind passed: Int, to destination: UnsafeMutableRawPointer, _ length: Int
  ) -> Bool {
    if let place = unsafe place(address, passed + length) {
      unsafe clinux_copy(destination, place + passed, length)
      return true
    }
    return unsafe copyPieces(from: address &+ UInt64(passed), to: destination, length)
  }

  /// Copies bytes to the guest. `false` when they are not all in its memory.
  @inline(__always)
  func copy(_ source: UnsafeRawPointer, to address: UInt64, _ length: Int) -> Bool {
    // Noted when it is done: whoever migrates copies a page that is noted, and forgets it.
    defer { dirty.note(address, length) }
    if let place = unsafe place(address, length) {
      unsafe clinux_copy(place, source, length)
      return true
    }
    return unsafe copyPieces(source, to: address, length)
  }

  /// A buffer may lie in two regions whose addresses meet.
  @inline(never)
  private func copyPieces(from address: UInt64, to destination: UnsafeMutableRawPointer, _ length: Int)
    -> Bool
  {
    var done = 0
    while done < length {
      guard let rest = unsafe rest(at: address &+ UInt64(done)) else { return false }
      let piece = unsafe Int(min(rest.count, UInt64(length - done)))
      unsafe clinux_copy(destination + done, rest.place, piece)
      done += piece
    }
    return true
  }

  @inline(never)
  private func copyPieces(_ source: UnsafeRawPointer, to address: UInt64, _ length: Int) -> Bool {
    var done = 0
    while done < length {
      guard let rest = unsafe rest(at: address &+ UInt64(done)) else { return false }
      let piece = unsafe Int(min(rest.count, UInt64(length - done)))
      unsafe clinux_copy(rest.place, source + done, piece)
      done += piece
    }
    return true
  }
}
