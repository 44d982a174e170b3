import Actions
import Match

/// The programs of actions that add and take off headers.
extension RuleCompiler {
  static func appendHeaderAction(_ action: Action, to program: inout [RuleOp]) {
    switch action {
    case .pushMPLS(let type): program.append(.pushMPLS(etherType: type))
    case .popMPLS(let type): program.append(.popMPLS(etherType: type))
    case .setMPLSLabel(let label): program.append(.setMPLS(value: label << 12, mask: 0xffff_f000))
    case .setMPLSTrafficClass(let value): program.append(.setMPLS(value: UInt32(value) << 9, mask: 7 << 9))
    case .setMPLSTTL(let ttl): program.append(.setMPLS(value: UInt32(ttl), mask: 0xff))
    case .decrementMPLSTTL: program.append(.decrementMPLSTTL)
    case .encapsulate(let encapsulation): append(encapsulation, to: &program)
    case .decapsulate(let type):
      // Without a type Open vSwitch gives what a label stack hides the type 0xfffe.
      program.append(
        .decapsulate(namespace: type?.namespace ?? 0, type: type?.type ?? 0xfffe))
    case .decrementNSHTTL: program.append(.decrementNSHTTL)
    default: break
    }
  }

  private static func append(_ encapsulation: Action.Encapsulation, to program: inout [RuleOp]) {
    switch encapsulation.packetType {
    case .ethernet: program.append(.encapsulateEthernet)
    case .nsh:
      let options = encapsulation.metadataType == 2 ? encapsulation.options : []
      program.append(
        .encapsulateNSH(type: encapsulation.metadataType, optionLength: UInt8(options.count)))
      for (index, start) in stride(from: 0, to: options.count, by: 16).enumerated() {
        let bytes = options[start..<min(start + 16, options.count)]
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } << UInt128(8 * (16 - bytes.count))
        program.append(
          .options(
            UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value), index: UInt8(index)))
      }
    default: program.append(.encapsulateMPLS(etherType: encapsulation.packetType.type))
    }
  }
}

extension Action.Encapsulation {
  /// The type of a network service header's metadata: 1 unless it is said.
  var metadataType: UInt8 {
    properties.reduce(1) { type, property in
      if case .metadataType(let said) = property { said } else { type }
    }
  }

  /// The options of a network service header as it has them: class 16, type 8, length 8, value, filled up to words of
  /// 4 bytes. RFC 8300 section 2.5.1. As in Open vSwitch none when they are longer than 244 bytes, which is all that
  /// there is room for.
  var options: [UInt8] {
    var bytes: [UInt8] = []
    for case .option(let namespace, let type, let value) in properties {
      bytes += [
        UInt8(truncatingIfNeeded: namespace >> 8), UInt8(truncatingIfNeeded: namespace), type,
        UInt8(truncatingIfNeeded: value.count),
      ]
      bytes += value + [UInt8](repeating: 0, count: -value.count & 3)
    }
    return bytes.count <= 244 ? bytes : []
  }
}
