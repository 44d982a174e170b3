// Memory: one mapping of `length` bytes, made by `init` and given back by `deinit`. Whoever keeps a pointer into it
// is a part of the socket that owns it and goes with it.
import CLinux
import Glibc
import Sys

/// Memory that the kernel sees too.
@safe struct MappedMemory: ~Copyable {
  let start: UnsafeMutableRawPointer
  let length: Int

  /// New memory, all zeros.
  init(length: Int, subject: String) throws(SysError) {
    try self.init(of: -1, at: 0, length: length, subject: subject)
  }

  /// Memory that the kernel has at `offset` of `descriptor`.
  init(of descriptor: CInt, at offset: UInt64, length: Int, subject: String) throws(SysError) {
    var error: CInt = 0
    guard let start = unsafe clinux_map(descriptor, offset, length, &error) else {
      throw SysError(call: "mmap", subject: subject, errno: -error)
    }
    unsafe self.start = start
    self.length = length
  }

  deinit { unsafe clinux_unmap(start, length) }
}
