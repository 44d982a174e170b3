public import Bytes
public import Flow
public import Match

/// NXT_TLV_TABLE_MOD: changes which tunnel options the `tun_metadata` fields stand for. Nicira's extension of all
/// versions.
public struct TLVTableMod: MessagePayload {
  /// `NXTTMC_*`.
  public enum Command: UInt16, CaseIterable, Hashable, Sendable {
    case add = 0
    case delete = 1
    /// All of them, whatever the list says.
    case clear = 2
  }

  public var command: Command
  public var mappings: [TLVMapping]

  public init(command: Command, mappings: [TLVMapping] = []) {
    self.command = command
    self.mappings = mappings
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    guard let command = Command(rawValue: try reader.read()) else {
      throw OpenFlowError(.badTLVTableCommand, head.body.prefix(2))
    }
    self.command = command
    try reader.skip(6)
    mappings = try TLVMapping.decode(&reader)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .tlvTableMod }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(command.rawValue)
    writer.pad(6)
    for mapping in mappings { mapping.encode(to: &writer) }
  }

  public func print(to printer: inout MessagePrinter) {
    switch command {
    case .add: printer.append("\n ADD")
    case .delete: printer.append("\n DEL")
    case .clear: return printer.append("\n CLEAR")
    }
    TLVMapping.print(mappings, to: &printer)
  }
}

/// NXT_TLV_TABLE_REPLY: what the table holds, and has room for.
public struct TLVTableReply: MessagePayload {
  /// Bytes of option values that all mappings together may have.
  public var maximumOptionSpace: UInt32
  public var maximumFields: UInt16
  public var mappings: [TLVMapping]

  public init(maximumOptionSpace: UInt32, maximumFields: UInt16, mappings: [TLVMapping]) {
    self.maximumOptionSpace = maximumOptionSpace
    self.maximumFields = maximumFields
    self.mappings = mappings
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    maximumOptionSpace = try reader.read()
    maximumFields = try reader.read()
    try reader.skip(10)
    mappings = try TLVMapping.decode(&reader)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .tlvTableReply }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(maximumOptionSpace)
    writer.write(maximumFields)
    writer.pad(10)
    for mapping in mappings { mapping.encode(to: &writer) }
  }

  public func print(to printer: inout MessagePrinter) {
    let used = mappings.reduce(0) { $0 + Int($1.byteCount) }
    printer.append("\n max option space=\(maximumOptionSpace) max fields=\(maximumFields)")
    printer.append("\n allocated option space=\(used)\n\n")
    TLVMapping.print(mappings, to: &printer)
  }
}

extension TLVMapping {
  fileprivate static func decode(_ reader: inout MessageReader) throws(OpenFlowError) -> [TLVMapping] {
    var mappings: [TLVMapping] = []
    while !reader.isEmpty {
      let start = reader.remaining
      let mapping = TLVMapping(
        optionClass: try reader.read(), type: try reader.read(), byteCount: try reader.read(),
        field: try reader.read())
      try reader.skip(2)
      guard mapping.byteCount % 4 == 0, mapping.byteCount <= maximumByteCount else {
        throw OpenFlowError(.badTLVLength, start.prefix(8))
      }
      guard mapping.field < fieldCount else { throw OpenFlowError(.badTLVFieldIndex, start.prefix(8)) }
      mappings.append(mapping)
    }
    return mappings
  }

  fileprivate func encode(to writer: inout ByteWriter) {
    writer.write(optionClass)
    writer.write(type)
    writer.write(byteCount)
    writer.write(field)
    writer.pad(2)
  }

  /// A table of the mappings, by number of the field.
  fileprivate static func print(_ mappings: [TLVMapping], to printer: inout MessagePrinter) {
    printer.append(" mapping table:\n")
    printer.append("  class  type  length  match field\n")
    printer.append(" ------  ----  ------  --------------")
    func padded(_ text: String, to width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func hexadecimal(_ value: some BinaryInteger) -> String {
      value == 0 ? "0" : "0x" + String(value, radix: 16)
    }
    for mapping in mappings {
      printer.append("\n " + padded(hexadecimal(mapping.optionClass), to: 6))
      printer.append("  " + padded(hexadecimal(mapping.type), to: 4))
      printer.append("  " + padded(String(mapping.byteCount), to: 6))
      printer.append("  tun_metadata\(mapping.field)")
    }
  }
}
