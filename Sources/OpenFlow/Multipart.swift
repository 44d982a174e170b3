public import Bytes
public import Match

/// One of the things that a multipart reply is a list of.
public protocol MultipartItem: Hashable, Sendable {
  /// The kind of reply that lists them in `version`; `nil` when that version has none.
  static func kind(in version: OpenFlowVersion) -> MessageKind?

  /// Reads the next item.
  init(_ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion) throws(OpenFlowError)

  /// Appends the item.
  func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion)

  /// Appends what `ovs-ofctl` prints behind the message's name, which depends on the list as a whole.
  static func print(_ items: [Self], to printer: inout MessagePrinter)
}

/// A multipart reply: as many messages as its items need. OpenFlow 1.0 section 5.3.5; 1.3.5 section A.3.5.
public struct MultipartReply<Item: MultipartItem>: MessagePayload {
  public var items: [Item]
  /// A kind other than the item's usual one.
  private var ownKind: MessageKind?

  public init(_ items: [Item], as kind: MessageKind? = nil) {
    self.items = items
    ownKind = kind
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    if let ownKind { return ownKind.exists(in: version) ? ownKind : nil }
    return Item.kind(in: version)
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard let kind = kind(in: version) else { return }
    for item in items { item.encode(to: &writer, kind: kind, version: version) }
  }

  public func messages(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    guard let kind = kind(in: version) else { return [] }
    return encodeMultipart(kind, version: version, xid: xid, items: items) { item, writer in
      item.encode(to: &writer, kind: kind, version: version)
    }
  }

  public func print(to printer: inout MessagePrinter) { Item.print(items, to: &printer) }
}

extension Array where Element: MultipartItem {
  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    self = []
    while !reader.isEmpty {
      append(try Element(&reader, kind: head.kind, version: head.version))
    }
  }
}

/// A multipart reply: as many messages as the items need, and one even for no item. An item too long for a
/// message of its own is left out.
func encodeMultipart<Item>(
  _ kind: MessageKind, version: OpenFlowVersion, xid: UInt32, items: some Sequence<Item>,
  encode: (Item, inout ByteWriter) -> Void
) -> [[UInt8]] {
  let room = maximumMessageByteCount - encodeMessage(kind, version: version, xid: xid).count
  var bodies: [ByteWriter] = [ByteWriter()]
  for item in items {
    var piece = ByteWriter()
    encode(item, &piece)
    guard piece.count <= room else { continue }
    if bodies[bodies.count - 1].count + piece.count > room { bodies.append(ByteWriter()) }
    bodies[bodies.count - 1].write(piece.bytes)
  }
  return bodies.enumerated().map { index, body in
    let flags = index + 1 < bodies.count ? MessageHead.more : 0
    return encodeMessage(kind, version: version, xid: xid, multipartFlags: flags) { $0.write(body.bytes) }
  }
}

/// Joins the messages of a multipart request or reply into one frame, which can be decoded like any other
/// although it may be longer than a message can be.
public struct MultipartJoiner {
  /// Bytes that may wait for the rest of their reply.
  private let limit: Int
  private var pending: OpenFlowFrame?

  /// - Parameter limit: bytes that one joined frame may have.
  public init(limit: Int = 1 << 30) { self.limit = limit }

  /// Takes the next message. Returns a frame when it is whole: at once for a message that is not one of
  /// several.
  ///
  /// - Throws: `badLength` when messages of another exchange come in between, `multipartOverflow` above
  ///   the limit.
  public mutating func add(_ frame: OpenFlowFrame) throws(OpenFlowError) -> OpenFlowFrame? {
    let head = try MessageHead(frame)
    guard let flags = head.multipartFlags else { return frame }
    var joined = frame
    if let pending {
      let before = try MessageHead(pending)
      guard pending.header.xid == frame.header.xid, before.kind == head.kind else {
        self.pending = nil
        throw OpenFlowError(.badLength, frame.bytes.prefix(16))
      }
      joined = pending
      joined.bytes += head.body
    }
    guard joined.bytes.count <= limit else {
      pending = nil
      throw OpenFlowError(.multipartOverflow)
    }
    guard flags & MessageHead.more != 0 else {
      pending = nil
      // Bit 0 of the flags, the last byte of the first four behind the header.
      joined.bytes[OpenFlowHeader.byteCount + 3] &= 0xfe
      return joined
    }
    pending = joined
    return nil
  }
}
