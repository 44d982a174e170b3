import Bytes
import Match

/// What all messages begin with: the header, and those of experimenter and multipart messages behind it.
struct MessageHead {
  var kind: MessageKind
  var version: OpenFlowVersion
  /// Flags of a multipart message; bit 0 says that more messages follow.
  var multipartFlags: UInt16?
  /// What follows the headers.
  var body: ArraySlice<UInt8>

  /// Bit 0 of `multipartFlags`.
  static var more: UInt16 { 1 }

  /// Reads the headers of `frame`, and checks the length of what follows. Throws the error that Open vSwitch
  /// answers with. A hello is taken in every version, even one that is not known.
  init(_ frame: OpenFlowFrame) throws(OpenFlowError) {
    let start = frame.bytes.prefix(16)
    let isSymmetric = frame.header.type <= 3
    guard let version = OpenFlowVersion(rawValue: frame.header.version) ?? (isSymmetric ? .v15 : nil) else {
      throw OpenFlowError(.badVersion, start)
    }
    var reader = MessageReader(frame.body)
    let number: MessageForm.Number
    var unknown = OpenFlowErrorCode.badType
    switch frame.header.type {
    case 4:
      (number, unknown) = try Self.experimenter(&reader)
    case version == .v10 ? 16 : 18, version == .v10 ? 17 : 19:
      let isReply = frame.header.type & 1 == 1
      let type = try reader.read(UInt16.self)
      multipartFlags = try reader.read()
      if version > .v10 { try reader.skip(4) }
      if type == 0xffff {
        (number, unknown) = try Self.experimenterMultipart(&reader, version, isReply: isReply)
      } else {
        number = .multipart(type, isReply: isReply)
        unknown = .badStatistics
      }
    case let type: number = .type(type)
    }
    guard let form = MessageForm.of(number, version) else { throw OpenFlowError(unknown, start) }
    guard form.allows(reader.count) else { throw OpenFlowError(.badLength, start) }
    self.version = version
    kind = form.kind
    body = reader.remaining
  }

  private static func experimenter(
    _ reader: inout MessageReader
  ) throws(OpenFlowError) -> (MessageForm.Number, OpenFlowErrorCode) {
    let start = reader.remaining.prefix(8)
    let vendor = try reader.read(UInt32.self)
    let subtype = try reader.read(UInt32.self)
    guard vendor == ExperimenterID.nicira || vendor == ExperimenterID.onf else {
      throw OpenFlowError(.badExperimenter, start)
    }
    return (.experimenter(vendor, subtype), .badSubtype)
  }

  private static func experimenterMultipart(
    _ reader: inout MessageReader, _ version: OpenFlowVersion, isReply: Bool
  ) throws(OpenFlowError) -> (MessageForm.Number, OpenFlowErrorCode) {
    let start = reader.remaining.prefix(8)
    let vendor = try reader.read(UInt32.self)
    guard vendor == ExperimenterID.nicira || vendor == ExperimenterID.onf && version > .v10 else {
      throw OpenFlowError(.badExperimenter, start)
    }
    let subtype = try reader.read(UInt32.self)
    // Nicira padded this header in 1.0.
    if version == .v10 { try reader.skip(4) }
    return (.experimenterMultipart(vendor, subtype, isReply: isReply), .badSubtype)
  }
}

extension ByteWriter {
  /// Appends all headers of a message, its length still 0.
  mutating func writeHead(
    _ number: MessageForm.Number, version: OpenFlowVersion, xid: UInt32, multipartFlags: UInt16 = 0
  ) {
    func multipartType(_ isReply: Bool) -> UInt8 { (version == .v10 ? 16 : 18) + (isReply ? 1 : 0) }
    let type: UInt8 =
      switch number {
      case .type(let type): type
      case .experimenter: 4
      case .multipart(_, let isReply), .experimenterMultipart(_, _, let isReply): multipartType(isReply)
      }
    write(version.rawValue)
    write(type)
    write(UInt16(0))
    write(xid)
    switch number {
    case .type: break
    case .experimenter(let vendor, let subtype):
      write(vendor)
      write(subtype)
    case .multipart(let type, _):
      write(type)
      write(multipartFlags)
      if version > .v10 { pad(4) }
    case .experimenterMultipart(let vendor, let subtype, _):
      write(UInt16.max)
      write(multipartFlags)
      if version > .v10 { pad(4) }
      write(vendor)
      write(subtype)
      if version == .v10 { pad(4) }
    }
  }
}
