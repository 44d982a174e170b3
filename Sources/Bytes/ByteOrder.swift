/// Network byte order over spans: the lowest layer of every header and every message.
///
/// The spans check bounds, so a wrong offset traps instead of reading foreign memory. Code that takes bytes
/// from outside tests lengths first; the optimiser then removes the checks that the test already proves.

extension RawSpan {
  /// The big-endian integer at `offset`, in bytes. Traps when it would end past `byteCount`.
  @inlinable @inline(__always)
  public func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self, at offset: Int) -> T {
    unsafe T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }
}

extension RawSpan {
  /// 32 bytes at `offset` as four integers in the machine's order. Traps when they would end past `byteCount`.
  @inlinable @inline(__always)
  public func lanes(at offset: Int) -> SIMD4<UInt64> {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
  }
}

extension MutableRawSpan {
  /// The big-endian integer at `offset`, in bytes. Traps when it would end past `byteCount`.
  @inlinable @inline(__always)
  public func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self, at offset: Int) -> T {
    unsafe T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Stores `value` in big-endian order at `offset`, in bytes. Traps when it would end past `byteCount`.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
  }
}

extension Array where Element == UInt8 {
  /// The array's bytes, for code that reads headers.
  @inlinable
  public var rawSpan: RawSpan {
    @_lifetime(borrow self) get { unsafe span.bytes }
  }
}
