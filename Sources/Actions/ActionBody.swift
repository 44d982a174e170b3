import Bytes
import Match

/// The type, length and body that actions and instructions both begin with.
struct WireItem {
  let code: UInt16
  /// What follows code and length.
  var body: ActionBody
  /// All of it, for error messages.
  let bytes: ArraySlice<UInt8>

  /// Cuts the next item off. Throws `badLength` when its length is no multiple of 8 that is there.
  ///
  /// - Parameters:
  ///   - depth: of how many actions and instructions the item is part.
  init(
    from reader: inout ByteReader, badLength: OpenFlowErrorCode, depth: Int = 0
  ) throws(OpenFlowError) {
    let start = reader.remaining
    do throws(DecodeError) {
      code = try reader.read()
      let length = Int(try reader.read(UInt16.self))
      guard length >= 8, length % 8 == 0 else { throw DecodeError.badLength(field: "length", value: length) }
      body = ActionBody(try reader.sub(length - 4), badLength: badLength, depth: depth)
      bytes = start.prefix(length)
    } catch {
      throw OpenFlowError(badLength, start.prefix(64))
    }
  }
}

/// What follows the header of an action or instruction.
struct ActionBody {
  private var reader: ByteReader
  /// What reading past the end throws.
  private let badLength: OpenFlowErrorCode
  /// Of how many actions and instructions this one is part.
  private let depth: Int

  init(_ reader: ByteReader, badLength: OpenFlowErrorCode, depth: Int = 0) {
    self.reader = reader
    self.badLength = badLength
    self.depth = depth
  }

  var isEmpty: Bool { reader.isEmpty }

  /// How many bytes are left.
  var count: Int { reader.count }

  mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(OpenFlowError) -> T {
    let start = reader.remaining
    do throws(DecodeError) { return try reader.read() } catch { throw OpenFlowError(badLength, start) }
  }

  mutating func read(count: Int) throws(OpenFlowError) -> ArraySlice<UInt8> {
    let start = reader.remaining
    do throws(DecodeError) { return try reader.take(count) } catch { throw OpenFlowError(badLength, start) }
  }

  /// An integer of 48 bits.
  mutating func readEthernetAddress() throws(OpenFlowError) -> UInt64 {
    UInt64(try read(UInt16.self)) << 32 | UInt64(try read(UInt32.self))
  }

  /// Passes over padding, whatever it holds.
  mutating func skip(_ count: Int) throws(OpenFlowError) { _ = try read(count: count) }

  /// Passes over padding that must be 0, else throws `code`.
  mutating func skipZeros(_ count: Int, else code: OpenFlowErrorCode) throws(OpenFlowError) {
    let padding = try read(count: count)
    guard padding.allSatisfy({ $0 == 0 }) else { throw OpenFlowError(code, padding) }
  }

  /// Throws unless `expected` bytes are left, as in all actions of this kind.
  func demand(count expected: Int) throws(OpenFlowError) {
    guard count == expected else { throw OpenFlowError(badLength, reader.remaining.prefix(64)) }
  }

  /// Throws unless at least `least` bytes are left.
  func demand(atLeast least: Int) throws(OpenFlowError) {
    guard count >= least else { throw OpenFlowError(badLength, reader.remaining.prefix(64)) }
  }

  /// A field that some bits are read from or written to: its header, without a mask. Throws `unknown` when
  /// there is no such field.
  mutating func readField(else unknown: OpenFlowErrorCode) throws(OpenFlowError) -> Field {
    let start = reader.remaining
    guard start.count >= 4, start.count >= 8 || !start.starts(with: [0xff, 0xff]) else {
      throw OpenFlowError(badLength, start)
    }
    guard let header = try? OXMHeader(from: &reader), !header.hasMask, let field = Field.of(header) else {
      throw OpenFlowError(unknown, start.prefix(8))
    }
    return field
  }

  /// Reads the list of actions that fills the rest. Throws `tooManyActions` for one inside of more than
  /// `ActionList.maximumDepth` others.
  mutating func readActions(_ version: OpenFlowVersion) throws(OpenFlowError) -> [Action] {
    guard depth < ActionList.maximumDepth else {
      throw OpenFlowError(.tooManyActions, reader.remaining.prefix(64))
    }
    return try ActionCodec.decode(&reader, version: version, depth: depth + 1)
  }

  /// Reads with a function that takes a plain reader.
  mutating func read<T>(
    with decode: (inout ByteReader) throws(OpenFlowError) -> T
  ) throws(OpenFlowError) -> T {
    try decode(&reader)
  }
}
