// Memory: the kernel writes two descriptors of a pipe into an array, and reads a number on the stack.
import CLinux
import Glibc
import Sys
import TestKit

/// Messages of all kinds, with descriptors of all kinds.
final class VHostFiles {
  private let owned: [ReceivedFile]

  /// A descriptor that is closed with the rest.
  private final class ReceivedFile {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }

  init() throws(SysError) {
    var owned: [ReceivedFile] = []
    func add(_ descriptor: CInt, _ call: StaticString) throws(SysError) {
      owned.append(ReceivedFile(try OwnedDescriptor(descriptor, call: call)))
    }
    for path in ["/dev/null", "/dev/zero", "/dev/full", "/", "/proc/self/status", "/etc/passwd"] {
      try add(unsafe clinux_open(path, O_RDONLY), "open")
    }
    var ends: [CInt] = [-1, -1]
    _ = unsafe pipe(&ends)
    for end in ends { try add(end, "pipe") }
    try add(clinux_eventfd(), "eventfd")
    try add(clinux_epoll_create(), "epoll_create1")
    try add(clinux_socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0), "socket")
    // A file in memory that nobody can write, one without bytes, and one that grows as one likes.
    try add(unsafe clinux_sealed_memory("sealed", 4096), "memfd_create")
    try add(unsafe clinux_libc_memfd_create("empty", 1), "memfd_create")
    let huge = unsafe clinux_libc_memfd_create("huge", 1)
    ftruncate(huge, 1 << 44)
    try add(huge, "memfd_create")
    // An event that is full, and whose writer is to wait.
    let full = clinux_eventfd()
    var most = UInt64.max - 1
    _ = unsafe clinux_write(full, &most, 8)
    _ = fcntl(full, F_SETFL, fcntl(full, F_GETFL) & ~O_NONBLOCK)
    try add(full, "eventfd")
    self.owned = owned
  }

  /// Bytes of the payload of each request that there is.
  private static func length(of request: UInt32, _ random: inout SeededGenerator) -> Int? {
    switch request {
    case 1, 3, 4, 7, 15, 17, 36: 0
    case 2, 8, 10...14, 16, 18...20: 8
    case 6: 16
    case 31, 32: 4 * Int.random(in: 5...6, using: &random)
    case 9, 37, 38: 40
    case 5: 8 + 32 * Int.random(in: 0...8, using: &random)
    default: nil
    }
  }

  private static let offsets = VHostMemory.pieces.flatMap { [$0.lowerBound, $0.upperBound] }

  private static func word(_ random: inout SeededGenerator) -> UInt64 {
    let offset = offsets.randomElement(using: &random) ?? 0
    let small = UInt64.random(in: 0...5, using: &random)
    return switch Int.random(in: 0..<12, using: &random) {
    case 0: 0
    case 1...4: small | UInt64.random(in: 0...600, using: &random) << 32
    case 5: small
    case 6: VHostMemory.guestAddress(offset) &+ small &* 16
    case 7: VHostMemory.userAddress(offset) &+ small &* 16
    case 8: UInt64(offset)
    case 9: 1 << UInt64.random(in: 0...63, using: &random)
    case 10: .max - UInt64.random(in: 0...5000, using: &random)
    default: .random(in: 0...UInt64.max, using: &random)
    }
  }

  /// A message, which need not make sense, and what goes with it.
  func message(_ memory: CInt, _ random: inout SeededGenerator) -> (bytes: [UInt8], files: [CInt]) {
    var request: UInt32
    var length: Int?
    repeat {
      request = .random(in: 2...VHostFrontEnd.Request.last, using: &random)
      length = Self.length(of: request, &random)
    } while length == nil && Int.random(in: 0..<20, using: &random) > 0
    var payload: [UInt8] = []
    while payload.count < length ?? 8 { payload += VHostFrontEnd.bytes([Self.word(&random)]) }
    payload.removeLast(payload.count - (length ?? 8))
    if request == VHostFrontEnd.Request.setMemoryTable, Int.random(in: 0..<4, using: &random) > 0 {
      let count = UInt8((payload.count - 8) / 32)
      payload.replaceSubrange(0..<4, with: [count, 0, 0, 0])
    }
    if request == 2, Bool.random(using: &random) {
      // Features as guests have them.
      payload[7] &= 1
      payload[3] |= 0x40
    }
    var files: [CInt] = []
    let count =
      request == VHostFrontEnd.Request.setMemoryTable
      ? (payload.count - 8) / 32 : Int.random(in: 0...1, using: &random)
    for _ in 0..<(Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0...8, using: &random) : count)
    {
      let other = owned.randomElement(using: &random)?.descriptor.rawValue ?? memory
      files.append(Int.random(in: 0..<3, using: &random) == 0 ? memory : other)
    }
    let flags: UInt32 =
      Int.random(in: 0..<40, using: &random) == 0
      ? .random(in: 0...15, using: &random) : Bool.random(using: &random) ? 9 : 1
    return (VHostFrontEnd.message(request, flags: flags, payload), files)
  }
}
