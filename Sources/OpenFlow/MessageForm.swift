import Match

/// How one kind of message is numbered in some versions, and how long its body may be. OpenFlow 1.0 section 5,
/// 1.1 to 1.5 section A.1 (`enum ofp_type`, `enum ofp_multipart_type`); extensions as in Open vSwitch 3.1.
struct MessageForm: Hashable, Sendable {
  enum Number: Hashable, Sendable {
    /// A type in the header.
    case type(UInt8)
    /// A subtype in an experimenter's (1.0: vendor's) message.
    case experimenter(UInt32, UInt32)
    /// A type in a multipart (1.0: stats) request or reply.
    case multipart(UInt16, isReply: Bool)
    case experimenterMultipart(UInt32, UInt32, isReply: Bool)
  }

  /// What follows the header, or the headers of multipart and experimenter messages.
  enum Length: Hashable, Sendable {
    case exactly(Int)
    /// So many bytes, and any number of pieces of `unit` bytes.
    case from(Int, unit: Int)
  }

  var kind: MessageKind
  var versions: ClosedRange<OpenFlowVersion>
  var number: Number
  var length: Length

  /// The form of `kind` in `version`.
  static func of(_ kind: MessageKind, _ version: OpenFlowVersion) -> MessageForm? {
    byKind[KindKey(kind: kind, version: version)]
  }
  static func of(_ number: Number, _ version: OpenFlowVersion) -> MessageForm? {
    byNumber[NumberKey(number: number, version: version)]
  }

  func allows(_ byteCount: Int) -> Bool {
    switch length {
    case .exactly(let wanted): byteCount == wanted
    case .from(let least, let unit): byteCount >= least && (byteCount - least) % unit == 0
    }
  }

  private struct KindKey: Hashable {
    var kind: MessageKind
    var version: OpenFlowVersion
  }
  private struct NumberKey: Hashable {
    var number: Number
    var version: OpenFlowVersion
  }

  private static let byKind: [KindKey: MessageForm] = {
    var result: [KindKey: MessageForm] = [:]
    for form in all {
      for version in OpenFlowVersion.allCases where form.versions.contains(version) {
        result[KindKey(kind: form.kind, version: version)] = form
      }
    }
    return result
  }()
  private static let byNumber: [NumberKey: MessageForm] = {
    var result: [NumberKey: MessageForm] = [:]
    for form in all {
      for version in OpenFlowVersion.allCases where form.versions.contains(version) {
        result[NumberKey(number: form.number, version: version)] = form
      }
    }
    return result
  }()
}
