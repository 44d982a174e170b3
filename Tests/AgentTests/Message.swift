import Actions
import Bytes
import Flow
import Match
import OpenFlow

/// What a controller sends. OpenFlow 1.0 section 5; 1.3.5 annex A. Those of the other versions come from the
/// encoder, which has tests of its own.
enum Message {
  private static func isSpeltOut(_ version: OpenFlowVersion) -> Bool { version == .v10 || version == .v13 }

  static func make(
    _ type: UInt8, _ version: OpenFlowVersion, xid: UInt32, _ fill: (inout ByteWriter) -> Void = { _ in }
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(version.rawValue)
    writer.write(type)
    writer.write(UInt16(0))
    writer.write(xid)
    fill(&writer)
    writer.patch(UInt16(writer.count), at: 2)
    return writer.bytes
  }

  /// A message in Nicira's experimenter space.
  static func nicira(
    _ subtype: UInt32, _ version: OpenFlowVersion, xid: UInt32, _ fill: (inout ByteWriter) -> Void
  ) -> [UInt8] {
    make(4, version, xid: xid) { writer in
      writer.write(UInt32(0x2320))
      writer.write(subtype)
      fill(&writer)
    }
  }

  static func hello(_ version: OpenFlowVersion) -> [UInt8] { Hello(versions: [version]).encode(xid: 1) }

  static func barrier(_ version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    make(version == .v10 ? 18 : 20, version, xid: xid)
  }

  static func setConfig(_ version: OpenFlowVersion, missSendLength: UInt16, xid: UInt32 = 2) -> [UInt8] {
    make(9, version, xid: xid) { writer in
      writer.write(UInt16(0))
      writer.write(missSendLength)
    }
  }

  /// A request for statistics.
  static func multipart(
    _ kind: UInt16, _ version: OpenFlowVersion, xid: UInt32, _ fill: (inout ByteWriter) -> Void = { _ in }
  ) -> [UInt8] {
    make(version == .v10 ? 16 : 18, version, xid: xid) { writer in
      writer.write(kind)
      writer.write(UInt16(0))
      if version > .v10 { writer.pad(4) }
      fill(&writer)
    }
  }

  /// A request for rules (`kind` 1) or their sums (2), of all tables.
  static func flows(_ kind: UInt16 = 1, _ version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    guard isSpeltOut(version) else {
      let request = FlowStatisticsRequest()
      return (kind == 1 ? OpenFlowRequest.flowStatistics(request) : .aggregateStatistics(request))
        .encode(version: version, xid: xid)
    }
    return multipart(kind, version, xid: xid) { writer in
      switch version {
      case .v10:
        FlowMatch().encode10(to: &writer)
        writer.write(UInt8(255))
        writer.pad(1)
        writer.write(UInt16(0xffff))
      default:
        writer.write(UInt8(255))
        writer.pad(3)
        writer.write(UInt32.max)
        writer.write(UInt32.max)
        writer.pad(20)
        FlowMatch().encodeOXM(to: &writer)
      }
    }
  }

  /// The rule `text`, as for `add-flow`, in a flow mod: of table 0, a loose delete of all tables.
  static func flowMod(
    _ text: String, _ version: OpenFlowVersion, xid: UInt32, command: FlowMod.Command = .add
  ) throws -> [UInt8] {
    var mod = try FlowMod(parsing: text[...], command: command)
    mod.table = command == .delete ? 255 : 0
    return encode(mod, version, xid: xid)
  }

  static func encode(_ mod: FlowMod, _ version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    guard isSpeltOut(version) else { return OpenFlowRequest.flowMod(mod).encode(version: version, xid: xid) }
    return make(14, version, xid: xid) { writer in
      func timeoutsAndPriority() {
        writer.write(mod.idleTimeout)
        writer.write(mod.hardTimeout)
        writer.write(mod.priority)
        writer.write(UInt32.max)
      }
      switch version {
      case .v10:
        mod.match.encode10(to: &writer)
        writer.write(mod.newCookie ?? 0)
        writer.write(UInt16(mod.command.rawValue))
        timeoutsAndPriority()
        writer.write(mod.outPort.rawValue)
        writer.write(mod.flags.intersection([.sendFlowRemoved, .checkOverlap]).rawValue)
        writer.write(ActionCodec.encode(mod.actions, version: .v10, for: mod.match))
      default:
        writer.write(mod.newCookie ?? 0)
        writer.write(UInt64(0))
        writer.write(mod.table)
        writer.write(mod.command.rawValue)
        timeoutsAndPriority()
        writer.write(mod.outPort.wide)
        writer.write(UInt32.max)
        writer.write(mod.flags.rawValue)
        writer.pad(2)
        mod.match.encodeOXM(to: &writer)
        writer.write(InstructionCodec.encode(mod.actions, for: mod.match))
      }
    }
  }

  static func packetOut(
    _ frame: [UInt8], inPort: PortNumber = .none, actions: [Action], _ version: OpenFlowVersion, xid: UInt32
  ) -> [UInt8] {
    guard isSpeltOut(version) else {
      return PacketOut(inPort: inPort, actions: actions, frame: frame).encode(version: version, xid: xid)
    }
    let actions = ActionCodec.encode(actions, version: version)
    return make(13, version, xid: xid) { writer in
      writer.write(UInt32.max)
      if version == .v10 { writer.write(inPort.rawValue) } else { writer.write(inPort.wide) }
      writer.write(UInt16(actions.count))
      if version == .v13 { writer.pad(6) }
      writer.write(actions)
      writer.write(frame)
    }
  }

  static func portMod(
    _ port: UInt16, address: UInt64, config: UInt32, mask: UInt32, _ version: OpenFlowVersion, xid: UInt32
  ) -> [UInt8] {
    guard isSpeltOut(version) else {
      return PortMod(
        port: PortNumber(rawValue: port), hardwareAddress: address, config: PortConfig(rawValue: config),
        mask: PortConfig(rawValue: mask)
      ).encode(version: version, xid: xid)
    }
    return make(version == .v10 ? 15 : 16, version, xid: xid) { writer in
      if version == .v10 { writer.write(port) } else { writer.write(PortNumber(rawValue: port).wide) }
      if version == .v13 { writer.pad(4) }
      writer.write(UInt16(truncatingIfNeeded: address >> 32))
      writer.write(UInt32(truncatingIfNeeded: address))
      if version == .v13 { writer.pad(2) }
      writer.write(config)
      writer.write(mask)
      writer.write(UInt32(0))
      writer.pad(4)
    }
  }

  static func role(_ number: UInt32, generation: UInt64, xid: UInt32) -> [UInt8] {
    make(24, .v13, xid: xid) { writer in
      writer.write(number)
      writer.pad(4)
      writer.write(generation)
    }
  }

  /// Which reasons are told: packet-ins, port changes and removed rules; each for a primary or equal, then for a
  /// secondary.
  static func setAsync(_ reasons: [UInt32], xid: UInt32) -> [UInt8] {
    make(28, .v13, xid: xid) { writer in for each in reasons { writer.write(each) } }
  }
}
