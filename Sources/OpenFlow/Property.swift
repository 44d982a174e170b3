import Bytes
import Match

/// One of a list of properties: type, length of type, length and value, value, zeros up to a multiple of eight
/// bytes. OpenFlow 1.4 section A.2.2.
struct Property {
  var type: UInt16
  var value: MessageReader
  /// All of it, for error messages.
  var bytes: ArraySlice<UInt8>

  /// Experimenters' properties begin with their number and a type of theirs.
  static var experimenter: UInt16 { 0xffff }
}

extension MessageReader {
  /// The next property, or `nil` at the end. Throws `badPropertyLength` when it does not fit, with its padding.
  mutating func nextProperty(alignment: Int = 8) throws(OpenFlowError) -> Property? {
    guard !isEmpty else { return nil }
    let start = remaining
    guard count >= 4 else { throw OpenFlowError(.badPropertyLength, start) }
    let type = try read(UInt16.self)
    let length = try Int(read(UInt16.self))
    let padded = (length + alignment - 1) / alignment * alignment
    guard length >= 4, padded <= start.count else { throw OpenFlowError(.badPropertyLength, start.prefix(8)) }
    let value = MessageReader(try take(length - 4))
    try skip(padded - length)
    return Property(type: type, value: value, bytes: start.prefix(length))
  }
}

extension ByteWriter {
  /// Appends a property with its length and padding.
  mutating func property(_ type: UInt16, alignment: Int = 8, _ fill: (inout ByteWriter) -> Void) {
    let start = count
    write(type)
    write(UInt16(0))
    fill(&self)
    patch(UInt16(truncatingIfNeeded: count - start), at: start + 2)
    pad(toMultipleOf: alignment, from: start)
  }
}
