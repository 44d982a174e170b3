import Bytes
import Match
import Wire

extension Action {
  /// `note:0a.1b`: bytes that have no effect.
  public struct Note: Hashable, Sendable {
    /// As many as fill a message's action: six more than a multiple of eight.
    public let bytes: [UInt8]

    /// A note of `bytes` and of the zeros that fill up its action.
    public init(_ bytes: some Sequence<UInt8>) {
      var bytes = Array(bytes)
      while bytes.count % 8 != 6 { bytes.append(0) }
      self.bytes = bytes
    }
  }
}

/// `NXAST_NOTE`.
extension Action.Note: ActionForm {
  static let keywords = ["note"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var bytes: [UInt8] = []
    var upper: UInt8?
    for (index, character) in (call.argument ?? "").utf8.enumerated() {
      if upper == nil && character == UInt8(ascii: ".") { continue }
      guard let digit = hexadecimalDigit(character) else { throw refusal(of: call, at: index) }
      if let first = upper {
        bytes.append(first << 4 | UInt8(digit))
        upper = nil
      } else {
        upper = UInt8(digit)
      }
    }
    if upper != nil { throw refusal(of: call, at: call.argument?.utf8.count ?? 0) }
    return .note(Action.Note(bytes))
  }

  private static func refusal(of call: ActionCall, at index: Int) -> FlowSyntaxError {
    let value = String(call.argument ?? "")
    let expected = "pairs of hexadecimal digits"
    return FlowSyntaxError(
      .badValue(of: call.keyword, value: value, expected: expected), at: call.argumentOffset + index)
  }

  func append(to text: inout String) {
    text += "note:"
    for (index, byte) in bytes.enumerated() {
      if index > 0 { text += "." }
      text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(8)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    .note(Action.Note(try body.read(count: body.count)))
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(8) { $0.write(bytes) }
  }
}
