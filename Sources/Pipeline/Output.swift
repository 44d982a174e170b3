import Classifier
import Match

/// Ways out of a bridge: a port by number, all of them, the other end of a patch.
extension Translator {
  /// To the port of that number. Never back to where the frame came from: OpenFlow has `in_port` for that.
  mutating func output(number: UInt16, maximumLength: UInt32) {
    switch PortNumber(rawValue: number) {
    case .inPort: return outputToIngress(maximumLength: maximumLength)
    case .normal: return forwardNormally()
    case .flood: return outputToAll(except: PortRecord.Flag.noFlood)
    case .all: return outputToAll(except: 0)
    default: break
    }
    guard let port = state.bridge(bridge)?.port(numbered: number) else { return because(.noSuchPort) }
    guard UInt64(number) != key[FlowKey.Word.ingress] >> 48 else { return because(.outputIsIngress) }
    output(port, maximumLength: maximumLength)
  }

  mutating func outputToIngress(maximumLength: UInt32) {
    let number = UInt16(truncatingIfNeeded: key[FlowKey.Word.ingress] >> 48)
    guard let port = state.bridge(bridge)?.port(numbered: number) else { return because(.noSuchPort) }
    output(port, maximumLength: maximumLength)
  }

  /// To every port that is up and has a link, but the ingress and those with one of `flags`.
  mutating func outputToAll(except flags: UInt16) {
    guard let record = state.bridge(bridge) else { return }
    let ingressNumber = UInt16(truncatingIfNeeded: key[FlowKey.Word.ingress] >> 48)
    because(.floodHasNoPort)
    for position in 0..<record.portCount {
      let port = record.port(at: position)
      let entry = state.port(port)
      if entry.number == ingressNumber || entry.has(flags | PortRecord.Flag.unreachable) { continue }
      output(port, maximumLength: 0)
    }
  }

  /// To a port of the current bridge, whatever it is.
  mutating func output(_ port: PortIndex, maximumLength: UInt32) {
    let entry = state.port(port)
    if let reason = refusal(of: entry) { return because(reason) }
    guard !entry.has(PortRecord.Flag.patch) else {
      return cross(from: port, to: entry.peer, maximumLength: maximumLength)
    }
    emitOutput(port, maximumLength: maximumLength)
    if entry.has(PortRecord.Flag.mirrorDestination) { mirrorDeparture(by: port) }
  }

  /// Why the frame cannot leave by the port, if it cannot.
  @inline(__always)
  func refusal(of entry: PortRecord) -> DropReason? {
    if entry.has(PortRecord.Flag.noForward) { return .portNoForward }
    if entry.has(PortRecord.Flag.down) { return .portDown }
    if entry.has(PortRecord.Flag.isolated), isFromIsolatedPort { return .isolatedPort }
    return isCarried(by: entry) ? nil : .packetTypeNotOnPort
  }

  /// Whether the port that counts as the frame's ingress is isolated from others that are.
  @inline(__always)
  private var isFromIsolatedPort: Bool {
    let number = UInt16(truncatingIfNeeded: key[FlowKey.Word.ingress] >> 48)
    guard let port = state.bridge(bridge)?.port(numbered: number) else { return false }
    return state.port(port).has(PortRecord.Flag.isolated)
  }

  /// Whether the port carries frames that begin like this one: with an Ethernet header, or where that is taken off, as
  /// IP.
  @inline(__always)
  private func isCarried(by port: PortRecord) -> Bool {
    let isEthernet = key.isEthernet
    guard port.has(PortRecord.Flag.packets) else { return isEthernet }
    return isIP && !(isEthernet && port.has(PortRecord.Flag.typed))
  }

  /// Through a patch: the frame goes through the other bridge's tables as if it had come in there, without
  /// metadata and registers; when it comes back everything here is as before.
  private mutating func cross(from port: PortIndex, to peer: PortIndex, maximumLength: UInt32) {
    let entry = state.port(peer)
    guard entry.has(PortRecord.Flag.exists) else { return because(.patchPortHasNoPeer) }
    if entry.has(PortRecord.Flag.noReceive) { return because(.portNoReceive) }
    if entry.has(PortRecord.Flag.down) { return because(.portDown) }
    guard mayGoOn(), openScope() else { return forgetFailure() }
    if maximumLength != 0 {
      commit()
      emit(.truncate(maximumLength: maximumLength))
      isIrreversible = true
    }
    key.clear(0, FlowKey.Word.firstOfFrame)
    if key.hasColdWords {
      // The mark and the queue stay.
      key.clear(FlowKey.Word.firstCold, FlowKey.Word.packetMark)
      key.clear(FlowKey.Word.packetMark + 1, FlowKey.Word.firstColdOfFrame)
    }
    key[FlowKey.Word.ingress] = FlowKey.ingress(entry.number)
    emit(.patch(from: port, to: peer))
    depth += 1
    resubmits += 1
    let mirroredHere = mirrored
    if entry.bridge != bridge { mirrored = 0 }
    enter(entry.bridge, from: peer)
    run(from: 0)
    mirrored = mirroredHere
    traceEnd()
    hasExited = false
    forgetFailure()
    depth -= 1
    closeScope()
  }
}
