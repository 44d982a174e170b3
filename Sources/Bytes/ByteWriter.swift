/// Appends big-endian values to a growing run of bytes.
public struct ByteWriter: Sendable {
  @usableFromInline internal var storage: [UInt8]

  @inlinable public init() { storage = [] }

  @inlinable public var bytes: [UInt8] { storage }
  /// Bytes written so far.
  @inlinable public var count: Int { storage.count }

  /// Compiled into each caller for the integer's type, as is `ByteReader.read`.
  @inlinable
  public mutating func write<T: FixedWidthInteger>(_ value: T) {
    var shift = T.bitWidth - 8
    while shift >= 0 {
      storage.append(UInt8(truncatingIfNeeded: value >> shift))
      shift -= 8
    }
  }

  @inlinable
  public mutating func write(_ run: some Sequence<UInt8>) { storage.append(contentsOf: run) }

  /// `count` bytes of 0.
  public mutating func pad(_ count: Int) {
    for _ in 0..<count { storage.append(0) }
  }

  /// Zeros up to a multiple of `alignment` bytes, counted from `start`.
  public mutating func pad(toMultipleOf alignment: Int, from start: Int = 0) {
    while (count - start) % alignment != 0 { storage.append(0) }
  }

  /// Replaces two bytes at `offset`: a length that was not known before.
  public mutating func patch(_ value: UInt16, at offset: Int) {
    storage[offset] = UInt8(value >> 8)
    storage[offset + 1] = UInt8(value & 0xff)
  }
}
