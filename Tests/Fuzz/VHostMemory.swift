// Memory: one shared mapping of a memfd, made by `init` and given back by deinit. Offsets are checked against its length. Once
// the file was cut short, zeros take the mapping's place, as the guard sees to.
import CLinux
import Glibc
import Sys
import TestKit

/// A guest's memory as a front end shares it: pieces of a file, with bytes around them that nobody may write.
@safe final class VHostMemory: @unchecked Sendable {
  // Sendable: two threads write numbers wherever they like, which is what the memory is for.

  static let length = 1 << 20
  /// Where the guest's pieces are in the file: they end and begin inside of pages.
  static let pieces = [0x4080..<0x3_ff40, 0x4_4040..<0x8_ff00]
  static let log = 0xa_0000..<0xa_8000
  static let record = 0xb_0000..<0xd_0000
  /// The first piece has the rings, each with so much room.
  static let ringRoom = 0x4000
  static let tables = 0x2_0000..<0x2_8000

  /// What is between all those.
  private static let gaps: [Range<Int>] = {
    var gaps: [Range<Int>] = []
    var next = 0
    for piece in pieces + [log, record, length..<length] {
      gaps.append(next..<piece.lowerBound)
      next = piece.upperBound
    }
    return gaps
  }()

  private static var canary: UInt8 { 0xa5 }
  static let guestBase: UInt64 = 0x10_0000
  static let userBase: UInt64 = 0x7000_0000_0000

  let file: OwnedDescriptor
  private let start: UnsafeMutableRawPointer
  private let isLost: UnsafeMutablePointer<UInt32>

  init() throws(SysError) {
    file = try OwnedDescriptor(unsafe clinux_libc_memfd_create("fuzz", 1), call: "memfd_create")
    guard ftruncate(file.rawValue, Self.length) == 0 else { throw SysError(call: "ftruncate", errno: errno) }
    var error: CInt = 0
    guard let start = unsafe clinux_map_file(file.rawValue, 0, UInt64(Self.length), &error) else {
      throw SysError(call: "mmap", errno: -error)
    }
    unsafe self.start = start
    unsafe isLost = .allocate(capacity: 1)
    unsafe isLost.initialize(to: 0)
    _ = unsafe clinux_guard(start, UInt64(Self.length), isLost)
    restore()
  }

  deinit {
    unsafe clinux_unguard(start)
    unsafe munmap(start, Self.length)
    unsafe isLost.deallocate()
  }

  /// Writes what nobody is to write.
  func restore() {
    for gap in Self.gaps {
      unsafe (start + gap.lowerBound).initializeMemory(
        as: UInt8.self, repeating: Self.canary, count: gap.count)
    }
  }

  func clear(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= Self.length)
    unsafe (start + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
  }

  /// Where a byte was written that is of no piece, or up to 7 bytes before it.
  var damage: Int? {
    for gap in Self.gaps {
      for i in stride(from: gap.lowerBound, to: gap.upperBound, by: 8)
      where load(UInt64.self, i) != UInt64(Self.canary) * 0x0101_0101_0101_0101 { return i }
    }
    return nil
  }

  /// Takes away what is behind `length` bytes. Nobody knows any more who has written what.
  func cut(to length: Int) { _ = ftruncate(file.rawValue, length) }

  func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, _ offset: Int) -> T {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= Self.length)
    return unsafe start.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= Self.length)
    unsafe start.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Where an offset of the file is, which need not be in a piece, relative to where the first one begins for somebody.
  static func address(_ offset: Int, from base: UInt64) -> UInt64 {
    let second = pieces[1].lowerBound
    // The pieces' addresses meet.
    let gap = second - pieces[0].upperBound
    return base &+ UInt64(bitPattern: Int64((offset < second ? offset : offset - gap) - pieces[0].lowerBound))
  }

  static func guestAddress(_ offset: Int) -> UInt64 { address(offset, from: guestBase) }
  static func userAddress(_ offset: Int) -> UInt64 { address(offset, from: userBase) }

  /// The pieces as messages describe them: the guest's address, the length, the front end's address, where in the file.
  static var regions: [[UInt64]] {
    pieces.map { piece in
      let start = piece.lowerBound
      return [guestAddress(start), UInt64(piece.count), userAddress(start), UInt64(start)]
    }
  }
}
