public import Bytes
public import Match

/// OFPT_BUNDLE_ADD_MESSAGE: a message for later. OpenFlow 1.4.0 section A.3.9.6; in 1.3 an extension of the Open
/// Networking Foundation.
public struct BundleAdd: MessagePayload {
  public var bundle: UInt32
  public var flags: BundleFlags
  /// A flow mod, group mod, port mod or packet-out, of the version and transaction of the message around it.
  public var message: OpenFlowFrame

  public init(bundle: UInt32, flags: BundleFlags, message: OpenFlowFrame) {
    self.bundle = bundle
    self.flags = flags
    self.message = message
  }

  /// What the message inside asks for. Throws the error that answers the message around it.
  public func request() throws(OpenFlowError) -> OpenFlowRequest {
    guard let version = OpenFlowVersion(rawValue: message.header.version) else {
      throw OpenFlowError(.badBundleVersion)
    }
    return try OpenFlowRequest.decode(message, version: version)
  }

  init(_ head: MessageHead, _ frame: OpenFlowFrame) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    bundle = try reader.read()
    try reader.skip(2)
    flags = BundleFlags(rawValue: try reader.read())
    guard let inner = OpenFlowFrame(firstOf: reader.remaining) else {
      throw OpenFlowError(.bundleMessageBadLength, reader.remaining.prefix(8))
    }
    message = inner
    let start = message.bytes.prefix(8)
    guard message.header.version == frame.header.version else {
      throw OpenFlowError(.badBundleVersion, start)
    }
    guard message.header.xid == frame.header.xid else { throw OpenFlowError(.bundleMessageBadXid, start) }
    let kind: MessageKind
    do throws(OpenFlowError) {
      kind = try MessageHead(message).kind
    } catch {
      throw OpenFlowError(
        error.code == .badLength ? .bundleMessageBadLength : .bundleMessageUnsupported, start)
    }
    switch kind {
    case .flowMod, .groupMod, .portMod, .packetOut: break
    default: throw OpenFlowError(.bundleMessageUnsupported, start)
    }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard version >= .v13 else { return nil }
    return version == .v13 ? .onfBundleAdd : .bundleAdd
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(bundle)
    writer.pad(2)
    writer.write(flags.rawValue)
    writer.write(message.bytes)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append("\n bundle_id=")
    printer.append(bundle: bundle)
    printer.append(" flags=")
    printer.append(bits: UInt32(flags.rawValue), BundleFlags.names)
    printer.append("\n")
    printer.append(message)
  }
}

extension OpenFlowFrame {
  /// The message that `bytes` begin with; `nil` when they do not hold all of one.
  init?(firstOf bytes: ArraySlice<UInt8>) {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    guard let frame = try? splitter.next() else { return nil }
    self = frame
  }
}
