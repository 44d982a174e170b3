import Bytes
import Match

/// Configures a table. OpenFlow 1.3.5 section A.3.4.2: all bits of the configuration are deprecated there, and
/// nothing comes of them; what happens on a miss is said by a rule of priority 0.
public struct TableMod: Hashable, Sendable {
  /// 0 to 254, 255 for all.
  public var table: UInt8
}

extension TableMod {
  init(_ body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    table = try reader.read()
    try reader.skip(3)
    let config = try reader.read(UInt32.self)
    try reader.expectEnd()
    guard config & ~3 == 0 else { throw OpenFlowError(.tableModBadConfig, body.suffix(4)) }
  }
}
