import Bytes
import Match

/// Reads a message's body. Where bytes are missing it throws `badLength`, the error that answers it.
public struct MessageReader {
  /// For the parts of a message that have readers of their own.
  var bytes: ByteReader

  init(_ body: ArraySlice<UInt8>) { bytes = ByteReader(body) }

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }
  var remaining: ArraySlice<UInt8> { bytes.remaining }

  mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(OpenFlowError) -> T {
    do { return try bytes.read(type) } catch { throw OpenFlowError(.badLength, bytes.remaining) }
  }

  mutating func take(_ count: Int) throws(OpenFlowError) -> ArraySlice<UInt8> {
    do { return try bytes.take(count) } catch { throw OpenFlowError(.badLength, bytes.remaining) }
  }

  mutating func skip(_ count: Int) throws(OpenFlowError) { _ = try take(count) }

  /// A MAC address, right-justified.
  mutating func readMAC() throws(OpenFlowError) -> UInt64 {
    try UInt64(read(UInt16.self)) << 32 | UInt64(read(UInt32.self))
  }

  /// A port number in the width of `version`; throws `badOutPort` when it is none of ours.
  mutating func readPort(_ version: OpenFlowVersion) throws(OpenFlowError) -> PortNumber {
    if version == .v10 { return PortNumber(rawValue: try read()) }
    guard let port = PortNumber(wide: try read()) else { throw OpenFlowError(.badOutPort) }
    return port
  }

  /// Everything that is left.
  mutating func rest() -> ArraySlice<UInt8> {
    let all = bytes.remaining
    bytes = ByteReader([])
    return all
  }

  /// Throws `badLength` when something is left.
  func expectEnd() throws(OpenFlowError) {
    guard isEmpty else { throw OpenFlowError(.badLength, remaining) }
  }
}
