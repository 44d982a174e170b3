// Memory: one mapping of a file that the front end shares, kept by `file`. A bit is set only where its byte is below the mapping's length.
import CLinux

/// The log of the pages of a guest that the device has written: a bit for each page of 4,096 bytes, for a migration.
@safe final class DirtyLog {
  private let file: GuardedFile
  private let length: UInt64

  /// The most bytes, 128 GiB: a bit for each page that 52 bits can name, which is the most that processors do.
  static var mostBytes: UInt64 { 1 << 37 }

  /// - Parameters:
  ///   - offset: where it begins in the file.
  ///   - length: bytes.
  init(file: CInt, offset: UInt64, length: UInt64) throws(GuestMemoryError) {
    guard length <= Self.mostBytes else { throw .logTooLong(length) }
    self.file = try GuardedFile(file, offset: offset, length: length)
    self.length = length
  }

  /// For workers, while the log exists.
  var pages: DirtyPages { unsafe DirtyPages(start: file.start, length: length) }
}

/// A `DirtyLog`, or none, as a handle for the packet path.
@safe struct DirtyPages: BitwiseCopyable {
  private let start: UnsafeMutableRawPointer?
  private let length: UInt64

  fileprivate init(start: UnsafeMutableRawPointer, length: UInt64) {
    unsafe self.start = start
    self.length = length
  }

  /// No log.
  init() {
    unsafe start = nil
    length = 0
  }

  @inline(__always) var isOn: Bool { unsafe start != nil }

  /// The `count` bytes at the guest's `address` were written.
  @inline(__always)
  func note(_ address: UInt64, _ count: Int) { if isOn, count > 0 { set(address, count) } }

  @inline(never)
  private func set(_ address: UInt64, _ count: Int) {
    guard let start = unsafe start else { return }
    let last = address.addingReportingOverflow(UInt64(count - 1))
    guard !last.overflow else { return }
    for page in address >> 12...last.partialValue >> 12 {
      guard page >> 3 < length else { return }
      unsafe clinux_set_bits(start + Int(page >> 3), 1 << UInt8(page & 7))
    }
  }
}

/// Where the guest has the parts of a ring that the device writes, for the log.
struct RingLog: BitwiseCopyable {
  /// The address of the part that is the device's alone, as the front end gave it; `nil` when it is not logged.
  var device: UInt64?
  /// The address of the descriptors, which the device of a packed ring writes; `nil` when that is not logged. Front ends give
  /// only the other one.
  var descriptors: UInt64?

  /// `count` bytes at `offset` of what is the device's alone were written.
  @inline(__always)
  func noteDevice(_ offset: Int, _ count: Int, _ regions: GuestRegions) {
    if let device { regions.dirty.note(device &+ UInt64(truncatingIfNeeded: offset), count) }
  }

  /// Descriptor `index` was written.
  @inline(__always)
  func noteDescriptor(_ index: UInt16, _ regions: GuestRegions) {
    guard let descriptors else { return }
    regions.dirty.note(descriptors &+ UInt64(index) * UInt64(Descriptor.byteCount), Descriptor.byteCount)
  }
}
