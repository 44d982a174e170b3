public import Bytes

/// What stands in front of a field's value on the wire. OpenFlow 1.3.5 section A.2.3.2; Nicira's extended
/// match is its ancestor and has the same layout.
///
///     | class 16 | field 7 | M 1 | length 8 |            experimenter 32, when class is 0xffff
///
/// M says that a mask follows the value; the length counts experimenter, value and mask.
public struct OXMHeader: Hashable, Sendable {
  /// The 32 bits without the experimenter, M included.
  public var rawValue: UInt32
  /// 0 unless the class is 0xffff.
  public var experimenter: UInt32

  public init(rawValue: UInt32, experimenter: UInt32 = 0) {
    self.rawValue = rawValue
    self.experimenter = experimenter
  }

  public var isExperimenter: Bool { rawValue >> 16 == 0xffff }
  public var hasMask: Bool { rawValue & 0x100 != 0 }

  /// Bytes of value and mask together.
  public var payloadByteCount: Int { Int(rawValue & 0xff) - (isExperimenter ? 4 : 0) }

  /// The header without M, as a field's entry in the table of fields has it.
  public var exact: OXMHeader {
    guard hasMask else { return self }
    let experimenterBytes: UInt32 = isExperimenter ? 4 : 0
    let length = (rawValue & 0xff &- experimenterBytes) / 2 &+ experimenterBytes
    return OXMHeader(rawValue: rawValue & ~0x1ff | length & 0xff, experimenter: experimenter)
  }

  /// The header for a value with a mask.
  public var masked: OXMHeader {
    guard !hasMask else { return self }
    let experimenterBytes: UInt32 = isExperimenter ? 4 : 0
    let length = (rawValue & 0xff &- experimenterBytes) &* 2 &+ experimenterBytes
    return OXMHeader(rawValue: rawValue & ~0xff | 0x100 | length & 0xff, experimenter: experimenter)
  }

  /// Reads a header. Throws `badMatchLength` when it is cut off or its length has no room for what it announces.
  public init(from reader: inout ByteReader) throws(OpenFlowError) {
    let start = reader.remaining
    do throws(DecodeError) {
      rawValue = try reader.read()
      experimenter = rawValue >> 16 == 0xffff ? try reader.read() : 0
    } catch {
      throw OpenFlowError(.badMatchLength, start)
    }
    guard payloadByteCount > 0, !hasMask || payloadByteCount % 2 == 0 else {
      throw OpenFlowError(.badMatchLength, start.prefix(8))
    }
  }

  public func encode(to writer: inout ByteWriter) {
    writer.write(rawValue)
    if isExperimenter { writer.write(experimenter) }
  }
}
