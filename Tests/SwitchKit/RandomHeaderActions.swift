import Actions
import Match
import TestKit

/// Actions that add and take off headers, and those on fields of such headers.
extension RandomRules {
  mutating func headerAction() -> Action {
    func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    let type: UInt16 = below(3) == 0 ? 0x8848 : 0x8847
    switch below(12) {
    case 0, 1: return .pushMPLS(etherType: type)
    case 2: return .popMPLS(etherType: [0x0800, 0x86dd, 0x8847, 0x0806, 0x894f, 0x88b5][below(6)])
    case 3: return .setMPLSLabel(UInt32(below(4)))
    case 4: return .setMPLSTrafficClass(UInt8(below(8)))
    case 5: return below(2) == 0 ? .setMPLSTTL(UInt8(below(4))) : .decrementMPLSTTL
    case 6: return .encapsulate(.init(packetType: .ethernet))
    case 7: return .encapsulate(.init(packetType: type == 0x8847 ? .mpls : .mplsMulticast))
    case 8, 9:
      var header = Action.Encapsulation(packetType: .nsh)
      if below(2) == 0 { header.properties.append(.metadataType(UInt8(1 + below(2)))) }
      for _ in 0..<below(4) {
        let value = (0...below(60)).map { UInt8(truncatingIfNeeded: $0) }
        header.properties.append(.option(namespace: 0x1000, type: UInt8(below(128)), value: value))
      }
      return .encapsulate(header)
    case 10: return .decrementNSHTTL
    default:
      let types: [PacketType?] = [
        nil, nil, .ethernet, .nsh, .mpls, PacketType(namespace: 1, type: 0x0800),
        PacketType(namespace: 1, type: 0x86dd),
      ]
      return .decapsulate(types[below(types.count)])
    }
  }
}
