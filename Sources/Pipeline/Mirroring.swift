import Classifier
import Match

/// Mirrors: copies of what comes in and of what leaves, for somebody who watches. As in Open vSwitch.
///
/// A frame that comes in is copied as it arrived, before any table has seen it; one that leaves is copied as it leaves,
/// right behind it. Patch ports are not selected: between them there is no frame. Each mirror gets at most one copy of a
/// frame in each bridge, and mirrors that send to the same place get one between them. Copies leave like what NORMAL
/// sends, with the tags that their port wants, so that a frame of an access port comes to a trunk with its VLAN's tag.
///
/// A copy is no way on for the frame: where it goes and why it goes nowhere is decided as if there were no mirrors.
extension Translator {
  /// Copies of the frame as it came in.
  @inline(never)
  mutating func mirrorArrival() {
    guard let mirrors = state.bridge(bridge)?.mirrors else { return }
    mirror(mirrors.mirrors(ofArrivalsAt: ingress), of: mirrors, at: ingress)
  }

  /// Copies of the frame as it has just left by `port`.
  @inline(never)
  mutating func mirrorDeparture(by port: PortIndex) {
    guard let mirrors = state.bridge(bridge)?.mirrors else { return }
    mirror(mirrors.mirrors(ofDeparturesBy: port), of: mirrors, at: port)
  }

  private mutating func mirror(_ candidates: UInt32, of mirrors: MirrorSet, at port: PortIndex) {
    var rest = candidates & ~mirrored
    guard rest != 0, !hasFailed else { return }
    if isNoting { noteDependenciesOfMirrors() }
    let outside = tags
    guard case .taken(let inside) = internalTags(of: outside, at: port, state.port(port)) else {
      if isTracing { traceLog.append(.remark(.mirrorsNothing(port))) }
      return
    }
    let reason = noted
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest - 1
      let mirror = mirrors[place]
      if mirror.selectsVLANs, !mirrors.mirror(place, selects: inside.vlanID) { continue }
      note(mirror.traffic)
      if isTracing { traceLog.append(.remark(.mirrors(mirror.number))) }
      // Before copies leave: they may be what other mirrors select.
      mirrored |= mirror.twins
      send(inside, to: mirror)
      rest &= ~mirrored
    }
    setTags(outside)
    noted = reason
  }

  private mutating func send(_ tags: VLANTags, to mirror: MirrorSet.Entry) {
    let isOutermost = !isMirroring
    if isOutermost {
      isMirroring = true
      emit(.mirroring(true))
    }
    if mirror.output != .none {
      sendCopy(tags, to: mirror.output, snapLength: mirror.snapLength)
    } else {
      sendCopies(tags, into: mirror.outputVLAN, snapLength: mirror.snapLength)
    }
    if isOutermost {
      isMirroring = false
      emit(.mirroring(false))
    }
  }

  /// To all ports that carry the VLAN. What is in it already is not sent there again, and what is for the bridges of a
  /// link only does not leave that link in another VLAN.
  private mutating func sendCopies(_ tags: VLANTags, into vlan: UInt16, snapLength: UInt32) {
    guard tags.vlanID != vlan, !isReservedMulticast, let record = state.bridge(bridge) else { return }
    var tags = tags
    if tags.hasTag {
      tags.outer = tags.outer & ~0xfff | UInt32(vlan)
    } else {
      tags.push(VLANTags.tag(tpid: 0x8100, tci: vlan))
    }
    for position in 0..<record.portCount {
      let port = record.port(at: position)
      let entry = state.port(port)
      guard !entry.has(PortRecord.Flag.mirrorOutput), carries(port, entry, tags) else { continue }
      sendCopy(tags, to: port, snapLength: snapLength)
    }
  }

  private mutating func sendCopy(_ tags: VLANTags, to port: PortIndex, snapLength: UInt32) {
    let entry = state.port(port)
    setTags(externalTags(of: tags, at: entry))
    if let reason = refusal(of: entry) {
      if isTracing { traceLog.append(.reason(reason)) }
      return emit(.lost(port: port, reason: reason))
    }
    output(port, maximumLength: snapLength)
  }

  /// The frame is given up: so are the copies, but they count as lost.
  @inline(never)
  mutating func loseCopies() {
    var kept = opFloor
    var isCopy = false
    for place in 0..<opCount {
      switch op(place) {
      case .mirroring(let isOn): isCopy = isOn
      case .output(let port, _) where isCopy && place >= opFloor:
        unsafe ops[kept] = .lost(port: port, reason: noted.reason)
        kept += 1
      case .lost(let port, let reason) where place >= opFloor:
        unsafe ops[kept] = .lost(port: port, reason: reason)
        kept += 1
      default: break
      }
    }
    opCount = kept
  }

  /// A frame that came in by a port which only takes copies. The first table is asked, for it counts.
  @inline(never)
  mutating func refuseAtMirrorOutput() {
    if let record = state.bridge(bridge) {
      if let rule = lookUp(0, in: record) {
        note(rule)
        if isTracing {
          traceLog.append(.table(0, TracedRule(rule), isNext: false))
          because(.reservedForMirror)
          return traceEnd()
        }
      } else {
        traceMiss(0, record, isNext: false)
      }
    }
    because(.reservedForMirror)
  }
}
