// Memory: a mapping belongs to whoever asked for it, who gives it back.
import CLinux
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

  /// Maps a part of a file, if it is one in memory and long enough. Precondition: `offset + length` does not overflow.
  static func map(_ file: CInt, offset: UInt64, length: UInt64) throws(GuestMemoryError) -> Mapping {
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
    return unsafe Mapping(start: start, length: mapped, offset: offset - first)
  }
}
