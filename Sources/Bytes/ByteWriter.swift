/// Appends big-endian values to a growing run of bytes.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Bytes written so far.
  public var count: Int { bytes.count }

  public mutating func write<T: FixedWidthInteger>(_ value: T) {
    var shift = T.bitWidth - 8
    while shift >= 0 {
      bytes.append(UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: shift)))
      shift -= 8
    }
  }

  public mutating func write(_ run: some Sequence<UInt8>) { bytes.append(contentsOf: run) }

  /// `count` bytes of 0.
  public mutating func pad(_ count: Int) {
    for _ in 0..<count { bytes.append(0) }
  }

  /// Zeros up to a multiple of `alignment` bytes, counted from `start`.
  public mutating func pad(toMultipleOf alignment: Int, from start: Int = 0) {
    while (bytes.count - start) % alignment != 0 { bytes.append(0) }
  }

  /// Replaces two bytes at `offset`: a length that was not known before.
  public mutating func patch(_ value: UInt16, at offset: Int) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 0xff)
  }
}
