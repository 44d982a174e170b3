/// Why bytes from outside could not be read as what they claim to be.
public enum DecodeError: Error, Equatable, Sendable {
  /// `needed` bytes were to be read, `available` were there.
  case truncated(needed: Int, available: Int)
  /// A field holds a value that its definition does not allow.
  case badValue(field: StaticString, value: UInt64)
  /// A length field contradicts the bytes around it.
  case badLength(field: StaticString, value: Int)

  public static func == (a: DecodeError, b: DecodeError) -> Bool { a.description == b.description }
}

extension DecodeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let needed, let available): "\(needed) bytes needed, \(available) there"
    case .badValue(let field, let value): "\(field): value \(value) is not allowed"
    case .badLength(let field, let value): "\(field): length \(value) does not fit"
    }
  }
}

/// Reads big-endian values from the front of a run of bytes. Never traps, whatever the bytes are.
///
/// A message is read integer by integer, so `read` is compiled into each caller for the integer's type.
public struct ByteReader: Sendable {
  @usableFromInline internal var bytes: ArraySlice<UInt8>

  @inlinable public init(_ bytes: [UInt8]) { self.init(bytes[...]) }
  @inlinable public init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Bytes not yet read.
  @inlinable public var remaining: ArraySlice<UInt8> { bytes }
  @inlinable public var count: Int { bytes.count }
  @inlinable public var isEmpty: Bool { bytes.isEmpty }

  /// The next big-endian integer.
  @inlinable
  public mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(DecodeError) -> T {
    let count = T.bitWidth / 8
    guard count <= bytes.count else { throw .truncated(needed: count, available: bytes.count) }
    let start = bytes.startIndex
    var value: T = 0
    for i in 0..<count { value = (value << 8) | T(truncatingIfNeeded: bytes[start + i]) }
    bytes.removeFirst(count)
    return value
  }

  /// The next `count` bytes as they are.
  public mutating func take(_ count: Int) throws(DecodeError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count else {
      throw .truncated(needed: count, available: bytes.count)
    }
    let taken = bytes.prefix(count)
    bytes.removeFirst(count)
    return taken
  }

  /// A reader of the next `count` bytes, which this one passes over.
  public mutating func sub(_ count: Int) throws(DecodeError) -> ByteReader { ByteReader(try take(count)) }

  /// Passes over `count` bytes of padding.
  public mutating func skip(_ count: Int) throws(DecodeError) {
    guard count >= 0, count <= bytes.count else {
      throw .truncated(needed: count, available: bytes.count)
    }
    bytes.removeFirst(count)
  }
}
