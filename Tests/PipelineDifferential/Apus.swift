import Actions
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline
import Ports
import SwitchKit

/// Our switch with the same bridges and ports.
enum Apus {
  /// What it does with the case.
  static func run(_ prepared: Prepared) throws -> Outcome {
    let subject = try TestSwitch()
    var ports: [PortName: TestSwitch.Attachment] = [:]
    let bridges = try (0..<Layout.bridgeCount).map { try subject.addBridge("br\($0)", failMode: .secure) }
    let layout = prepared.original.layout
    for port in Layout.ports {
      let attachment = try subject.addPort(
        port.number, to: bridges[port.bridge], settings: layout.settings[port] ?? PortSettings())
      if layout.down.contains(port) { attachment.port.isLinkUp = false }
      ports[port] = attachment
    }
    for number in Layout.patches {
      let ends = try subject.addPatch(number, of: bridges[0], number, of: bridges[1])
      for (bridge, end) in [(0, ends.0), (1, ends.1)] {
        if let settings = layout.settings[PortName(bridge: bridge, number: number)] {
          end.settings = settings
        }
      }
    }
    for (bridge, mirrors) in layout.mirrors {
      bridges[bridge].settings.mirrors = mirrors.map { $0.renamed(for: bridges[bridge].name) }
    }
    for bridge in bridges { subject.core.packetIns.setListening(true, at: bridge.index) }
    var outcome = Outcome()
    install(prepared, on: bridges, &outcome)
    var changes = 0
    for step in prepared.original.steps {
      switch step {
      case .frames(let port, let frames): if let port = ports[port] { subject.feed(frames, to: port) }
      case .group:
        do { try bridges[0].commit([.group(prepared.changes[changes])]) } catch {
          outcome.refusedChanges[changes] = "\(error)"
        }
        changes += 1
      case .time: throw OracleFault("our time cannot be moved")
      }
    }
    for (name, port) in ports {
      let frames = port.take()
      if !frames.isEmpty { outcome.frames[name] = frames.map(\.bytes) }
    }
    for bridge in bridges {
      for rule in bridge.flows() {
        outcome.counters[prepared.name(of: rule), default: []]
          .append(.init(packets: rule.packets, bytes: rule.bytes))
      }
    }
    for entry in bridges[0].groups.all {
      let group = entry.description.group
      guard let traffic = bridges[0].traffic(ofGroup: group) else { continue }
      outcome.counters["group \(group)"] = [.init(packets: traffic.total.packets, bytes: traffic.total.bytes)]
      for (place, bucket) in traffic.buckets.enumerated() {
        guard let name = prepared.name(ofBucket: place, ofGroup: group) else { continue }
        outcome.counters[name] = [.init(packets: bucket.packets, bytes: bucket.bytes)]
      }
    }
    for entry in bridges[0].meters.all {
      let counts = [entry.record.counts] + entry.record.bandCounts
      outcome.counters["meter \(entry.config.meter)"] = counts.map {
        .init(packets: $0.packets, bytes: $0.bytes)
      }
    }
    for message in subject.core.packetIns.takeAll() {
      guard let bridge = bridges.firstIndex(where: { $0.index == message.bridge }) else { continue }
      let cookie = message.rule.flatMap { bridges[bridge].flow(id: $0)?.cookie } ?? ~0
      let text = PacketInMessage(
        frame: message.frame, key: message.key, reason: message.reason, table: message.table, cookie: cookie)
      outcome.packetIns.append(text.words(bridge: bridge))
    }
    return outcome
  }

  private static func install(_ prepared: Prepared, on bridges: [Bridge], _ outcome: inout Outcome) {
    for (place, group) in prepared.groups.enumerated() {
      do { try bridges[0].commit([.group(group)]) } catch { outcome.refusedGroups[place] = "\(error)" }
    }
    for (place, meter) in prepared.meters.enumerated() {
      do { try bridges[0].apply(meter) } catch { outcome.refusedMeters[place] = "\(error)" }
    }
    for (number, bridge) in bridges.enumerated() {
      let places = prepared.rules.indices.filter { prepared.rules[$0].bridge == number }
      var mods: [(place: Int, mod: FlowMod)] = []
      for place in places {
        do {
          guard let mod = prepared.rules[place].mod else { throw OracleFault(prepared.rules[place].refusal) }
          // As for a rule that came in a message.
          try ActionList.validate(
            mod.actions, for: mod.match, table: mod.table, version: prepared.original.version)
          if let effect = UnsupportedEffects.first(in: mod.match, mod.actions) {
            throw OracleFault("\(effect)")
          }
          mods.append((place, mod))
        } catch {
          outcome.refusedRules[place] = "\(error)"
        }
      }
      for refused in bridge.applyEach(mods.map(\.mod)) {
        outcome.refusedRules[mods[refused.index].place] = "\(refused.error)"
      }
    }
  }
}

extension PacketInMessage {
  /// What a controller learns that both switches can know.
  func words(bridge: Int) -> String {
    "br\(bridge) reason=\(reason) table=\(table) cookie=\(cookie) \(metadata) \(frame.hexadecimal)"
  }
}

extension MirrorSettings {
  /// The same with ports called as in `TestSwitch`.
  fileprivate func renamed(for bridge: String) -> MirrorSettings {
    func rename(_ port: String) -> String {
      let number = port.hasPrefix("br") ? PortName.local : UInt16(port.dropFirst()) ?? 0
      return "\(bridge)-\(number)"
    }
    var result = self
    result.sources = Set(sources.map(rename))
    result.destinations = Set(destinations.map(rename))
    if case .port(let port) = output { result.output = .port(rename(port)) }
    return result
  }
}
