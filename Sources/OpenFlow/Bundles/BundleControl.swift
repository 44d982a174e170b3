public import Bytes
public import Match

/// OFPT_BUNDLE_CONTROL: opens, closes, commits or discards a bundle, or says that this was done. OpenFlow 1.4.0
/// section A.3.9.1; in 1.3 an extension of the Open Networking Foundation.
public struct BundleControl: MessagePayload {
  /// `OFPBCT_*`. A controller sends requests, a switch replies.
  public struct Step: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static var openRequest: Step { .init(rawValue: 0) }
    public static var openReply: Step { .init(rawValue: 1) }
    public static var closeRequest: Step { .init(rawValue: 2) }
    public static var closeReply: Step { .init(rawValue: 3) }
    public static var commitRequest: Step { .init(rawValue: 4) }
    public static var commitReply: Step { .init(rawValue: 5) }
    public static var discardRequest: Step { .init(rawValue: 6) }
    public static var discardReply: Step { .init(rawValue: 7) }

    /// What answers the request; itself for a reply.
    public var reply: Step { Step(rawValue: rawValue | 1) }
  }

  public var bundle: UInt32
  public var step: Step
  public var flags: BundleFlags

  public init(bundle: UInt32, step: Step, flags: BundleFlags = []) {
    self.bundle = bundle
    self.step = step
    self.flags = flags
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    bundle = try reader.read()
    step = Step(rawValue: try reader.read())
    flags = BundleFlags(rawValue: try reader.read())
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard version >= .v13 else { return nil }
    return version == .v13 ? .onfBundleControl : .bundleControl
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(bundle)
    writer.write(step.rawValue)
    writer.write(flags.rawValue)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append("\n bundle_id=")
    printer.append(bundle: bundle)
    printer.append(" type=\(step.name) flags=")
    printer.append(bits: UInt32(flags.rawValue), BundleFlags.names)
  }
}

extension BundleControl.Step {
  /// Also one that is not known: whoever gets it refuses it.
  var isRequest: Bool { self != reply || rawValue > Self.discardReply.rawValue }

  /// Empty for one that is not known.
  fileprivate var name: String {
    let names = ["OPEN", "CLOSE", "COMMIT", "DISCARD"]
    guard rawValue <= Self.discardReply.rawValue else { return "" }
    return names[Int(rawValue / 2)] + (self == self.reply ? "_REPLY" : "_REQUEST")
  }
}

/// `OFPBF_*`.
public struct BundleFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// All of the bundle's messages take effect, or none.
  public static var atomic: BundleFlags { .init(rawValue: 1) }
  /// They take effect in the order in which they came.
  public static var ordered: BundleFlags { .init(rawValue: 2) }

  static let names = ["atomic", "ordered"]
}

extension MessagePrinter {
  /// A bundle's number: hexadecimal, but for 0.
  mutating func append(bundle: UInt32) {
    if bundle == 0 { append("0") } else { append(hexadecimal: bundle) }
  }
}
