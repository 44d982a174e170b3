/// Who defines an extension: the 32 bits in front of experimenter (1.0: vendor) messages, actions and errors.
public enum ExperimenterID {
  public static var nicira: UInt32 { 0x0000_2320 }
  /// The Open Networking Foundation: parts of later versions, brought to earlier ones.
  public static var onf: UInt32 { 0x4f4e_4600 }
  public static var netronome: UInt32 { 0x0000_154d }
}

/// A message that cannot be obeyed: what is wrong with it, for the error message that answers it.
public struct OpenFlowError: Error, Hashable, Sendable {
  public var code: OpenFlowErrorCode
  /// The bytes that were the trouble, as far as they are known; for logs. The answer on the wire carries the
  /// start of the whole message instead, as the specification asks.
  public var offending: [UInt8]

  public init(_ code: OpenFlowErrorCode, _ offending: some Sequence<UInt8> = []) {
    self.code = code
    self.offending = Array(offending)
  }
}

extension OpenFlowError: CustomStringConvertible {
  public var description: String {
    guard !offending.isEmpty else { return code.rawValue }
    let hex = offending.prefix(32).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return code.rawValue + " at " + hex.joined(separator: " ") + (offending.count > 32 ? " ..." : "")
  }
}
