// Memory: a mapping belongs to whoever asked for it, who gives it back by `unmap`; that of a `GuardedFile`, and the `UInt32`
// beside it, belong to it from `init` to deinit.
import CLinux
import Glibc
import Sys

/// Files that a front end shares.
@safe enum SharedFile {
  @safe struct Mapping {
    /// A page's start.
    var start: UnsafeMutableRawPointer
    /// Whole pages.
    var length: UInt64
    /// Where in it what was asked for begins.
    var offset: UInt64
  }

  /// Maps a part of a file, if it is one in memory and long enough, and has `lost` set when its pages are taken away.
  static func map(
    _ file: CInt, offset: UInt64, length: UInt64, lost: UnsafeMutablePointer<UInt32>
  ) throws(GuestMemoryError) -> Mapping {
    var present: UInt64 = 0
    var page: UInt64 = 0
    let result = unsafe clinux_memory_file(file, &present, &page)
    if result == -EINVAL { throw .notInMemory }
    guard result == 0 else { throw .system(SysError(call: "fstat", errno: -result)) }
    let sum = offset.addingReportingOverflow(length)
    guard !sum.overflow, length > 0, sum.partialValue < 1 << 62 else { throw .wraps }
    let end = sum.partialValue
    guard end <= present else { throw .tooShort(has: present, needs: end) }
    let first = offset & ~(page - 1)
    let mapped = (end - first + page - 1) & ~(page - 1)
    var error: CInt = 0
    guard let start = unsafe clinux_map_file(file, first, mapped, &error) else {
      throw .system(SysError(call: "mmap", subject: "guest memory", errno: -error))
    }
    guard unsafe clinux_guard(start, mapped, lost) else {
      unsafe munmap(start, Int(mapped))
      throw .noRoomForGuards
    }
    return unsafe Mapping(start: start, length: mapped, offset: offset - first)
  }

  static func unmap(_ mapping: Mapping) {
    unsafe clinux_unguard(mapping.start)
    unsafe munmap(mapping.start, Int(mapping.length))
  }
}

/// A part of a file that is mapped as long as this exists.
@safe final class GuardedFile {
  private let mapping: SharedFile.Mapping
  private let isLost: UnsafeMutablePointer<UInt32>

  init(_ file: CInt, offset: UInt64, length: UInt64) throws(GuestMemoryError) {
    let lost = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
    unsafe lost.initialize(to: 0)
    do throws(GuestMemoryError) {
      mapping = unsafe try SharedFile.map(file, offset: offset, length: length, lost: lost)
    } catch {
      unsafe lost.deallocate()
      throw error
    }
    unsafe isLost = lost
  }

  deinit {
    SharedFile.unmap(mapping)
    unsafe isLost.deallocate()
  }

  /// Where what was asked for begins; `length` bytes of it are mapped.
  @unsafe var start: UnsafeMutableRawPointer { unsafe mapping.start + Int(mapping.offset) }
}
