import Bytes
import Flow
import Match

/// Properties of groups, behind the buckets: an experimenter's property of Netronome's is the only one.
extension GroupSelection {
  /// `NTRT_SELECTION_METHOD`.
  private static var propertySubtype: UInt32 { 1 }
  private static var methodByteCount: Int { 16 }

  /// Reads the properties that fill `reader`. They are for select groups that are added or modified.
  init(
    _ reader: inout MessageReader, of type: GroupType, command: GroupMod.Command
  ) throws(OpenFlowError) {
    self.init()
    while var property = try reader.nextProperty() {
      guard property.type == Property.experimenter else {
        throw OpenFlowError(.badPropertyType, property.bytes)
      }
      guard property.value.count >= 8 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
      guard try property.value.read() == ExperimenterID.netronome,
        try property.value.read() == Self.propertySubtype
      else { throw OpenFlowError(.badPropertySubtype, property.bytes) }
      try self.init(property, of: type, command: command)
    }
  }

  private init(
    _ property: Property, of type: GroupType, command: GroupMod.Command
  ) throws(OpenFlowError) {
    var value = property.value
    let isOfGroup = command == .add || command == .modify || command == .addOrModify
    guard isOfGroup, type == .select else { throw OpenFlowError(.badPropertyValue, property.bytes) }
    guard value.count >= 4 + Self.methodByteCount + 8 else {
      throw OpenFlowError(.badPropertyLength, property.bytes)
    }
    try value.skip(4)
    let name = try value.take(Self.methodByteCount)
    let method = name.prefix { $0 != 0 }
    let text = String(decoding: method, as: UTF8.self)
    guard method.count < Self.methodByteCount, text == "hash" || text == "dp_hash" else {
      throw OpenFlowError(.badPropertyValue, property.bytes)
    }
    self.init(method: text, parameter: try value.read())
    guard text == "hash" || value.isEmpty else {
      throw OpenFlowError(.badPropertyValue, property.bytes)
    }
    while !value.isEmpty {
      let start = value.remaining
      let header = try OXMHeader(from: &value.bytes)
      guard let field = Field.of(header) else { throw OpenFlowError(.badField, start.prefix(8)) }
      guard !header.hasMask else { throw OpenFlowError(.badMask, start.prefix(8)) }
      guard value.count >= header.payloadByteCount else {
        throw OpenFlowError(.badMatchLength, start.prefix(8))
      }
      let bytes = try value.take(header.payloadByteCount)
      let isExact = bytes.allSatisfy { $0 == 0xff }
      let mask = isExact ? field.allOnes : try field.decode(bytes)
      guard isExact || field.maskRule == .any || mask == field.allOnes else {
        throw OpenFlowError(.badMask, start.prefix(8))
      }
      guard insert(HashField(field, mask: mask)) else {
        throw OpenFlowError(.duplicateField, start.prefix(8))
      }
    }
  }

  /// Appends the property, if there is something to say.
  func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard !method.isEmpty else { return }
    writer.property(Property.experimenter) { writer in
      writer.write(ExperimenterID.netronome)
      writer.write(Self.propertySubtype)
      writer.pad(4)
      writer.write(text: method, byteCount: Self.methodByteCount)
      writer.write(parameter)
      for field in fields {
        guard let header = field.field.header(in: version) else { continue }
        header.encode(to: &writer)
        if field.mask == field.field.allOnes {
          writer.write(repeatElement(UInt8.max, count: header.payloadByteCount))
        } else {
          field.field.encode(field.mask, under: header, to: &writer)
        }
      }
    }
  }
}
