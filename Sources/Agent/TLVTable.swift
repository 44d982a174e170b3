import Flow
import Match
import OpenFlow

/// Which options of tunnels a bridge's `tun_metadata` fields stand for: `add-tlv-map` and what answers it.
struct TLVTable {
  /// Bytes of values that all options together may have, as in Open vSwitch.
  static var optionSpace: Int { 256 }
  static var fieldCount: Int { 64 }

  private var mappings: [TLVMapping] = []

  var reply: TLVTableReply {
    TLVTableReply(
      maximumOptionSpace: UInt32(Self.optionSpace), maximumFields: UInt16(Self.fieldCount),
      mappings: mappings.sorted { $0.field < $1.field })
  }

  /// Makes all of a message's changes or none.
  mutating func apply(_ mod: TLVTableMod) throws(OpenFlowError) {
    var changed = mappings
    switch mod.command {
    case .clear: changed = []
    case .delete:
      for gone in mod.mappings { changed.removeAll { $0.names(same: gone) } }
    case .add:
      for mapping in mod.mappings {
        guard !changed.contains(where: { $0.names(same: mapping) }) else {
          throw OpenFlowError(.duplicateTLVEntry)
        }
        guard !changed.contains(where: { $0.field == mapping.field }) else {
          throw OpenFlowError(.tlvAlreadyMapped)
        }
        changed.append(mapping)
      }
      guard changed.reduce(0, { $0 + Int($1.byteCount) }) <= Self.optionSpace else {
        throw OpenFlowError(.tlvTableFull)
      }
    }
    mappings = changed
  }
}

extension TLVMapping {
  fileprivate func names(same other: TLVMapping) -> Bool {
    optionClass == other.optionClass && type == other.type
  }
}
