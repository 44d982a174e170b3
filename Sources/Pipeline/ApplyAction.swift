import Actions
import Classifier
import Match

/// Single actions.
extension Translator {
  /// Runs one op that needs no other. `false` when the rest of the list is to be left out.
  mutating func apply(_ op: RuleOp, by rule: Rule?) -> Bool {
    switch op {
    case .output(let port, let length): output(number: port, maximumLength: length)
    case .inPort(let length): outputToIngress(maximumLength: length)
    case .normal: forwardNormally()
    case .flood: outputToAll(except: PortRecord.Flag.noFlood)
    case .all: outputToAll(except: 0)
    case .controller(let length, let reason, let id, let meter):
      sendToController(maximumLength: length, reason: reason, controllerID: id, meter: meter, rule: rule)
    case .outputField(let word, let shift, let mask):
      let number = key[Int(word)] >> UInt64(shift) & mask
      if isTracing { traceLog.append(.remark(.outputNumber(UInt16(truncatingIfNeeded: number)))) }
      output(number: UInt16(truncatingIfNeeded: number), maximumLength: 0)
    case .set(let value, let mask, let word): set(value, mask: mask, word: Int(word))
    case .move(let fromWord, let fromShift, let toWord, let toShift, let bits):
      guard !isOfNeighborDiscovery(Int(fromWord)) || hasNeighborDiscovery(Int(fromWord)) else { break }
      let mask = Self.ones(bits)
      let value = key[Int(fromWord)] >> UInt64(fromShift) & mask
      set(value << UInt64(toShift), mask: mask << UInt64(toShift), word: Int(toWord))
    case .setVLAN(let value, let mask, let ifTagged):
      var tags = tags
      if tags.hasTag {
        tags.outer = tags.outer & ~UInt32(mask) | UInt32(value)
      } else if !ifTagged {
        tags.push(VLANTags.tag(tpid: 0x8100, tci: value))
      }
      setTags(tags)
    case .pushVLAN(let tpid):
      guard !tags.isFull else {
        because(.headroomExhausted)
        return false
      }
      var tags = tags
      tags.push(VLANTags.tag(tpid: tpid, tci: 0))
      setTags(tags)
    case .popVLAN:
      var tags = tags
      tags.pop()
      setTags(tags)
    case .setTransport(let port, let isSource):
      guard hasPorts else { break }
      let shift: UInt64 = isSource ? 48 : 32
      set(UInt64(port) << shift, mask: 0xffff << shift, word: FlowKey.Word.transport)
    case .setIPv4(let value, let mask):
      guard key.networkType == 0x0800 else { break }
      set(value, mask: mask, word: FlowKey.Word.ipv4)
    case .decrementTTL:
      guard decrementTTL() else {
        inform(controllerID: 0, by: rule)
        return false
      }
    case .pushMPLS(let type): pushMPLS(type)
    case .popMPLS(let type): popMPLS(type)
    case .setMPLS(let value, let mask): setMPLS(value, mask: mask)
    case .decrementMPLSTTL:
      guard decrementMPLSTTL() else {
        inform(controllerID: 0, by: rule)
        return false
      }
    case .encapsulateEthernet: encapsulateEthernet()
    case .encapsulateMPLS(let type): encapsulateMPLS(type)
    case .encapsulateNSH(let type, let length): encapsulateNSH(type: type, optionLength: length)
    case .options(let high, let low, let index): emit(.options(high, low, index: index))
    case .decapsulate(let namespace, let type): decapsulate(namespace: namespace, type: type)
    case .decrementNSHTTL:
      guard decrementNSHTTL() else {
        inform(controllerID: 0, by: rule)
        return false
      }
    case .enqueue(let port, let priority): enqueue(port: port, priority: priority)
    case .multipath(let hash, let basis, let algorithm, let lastLink, let argument):
      chooseLink(hash, basis: basis, algorithm, lastLink: lastLink, argument: argument)
    case .compareLength(let length): compareLength(with: length)
    case .clearActionSet:
      actionSet.clear()
      noteActionSetOutput()
    case .collect(let word, let shift, let bits):
      // What the last pop did not need is no part of the next value.
      if !isCollecting { accumulator = 0 }
      isCollecting = true
      accumulator = accumulator << UInt128(bits) | UInt128(key[Int(word)] >> UInt64(shift) & Self.ones(bits))
    case .distribute(let word, let shift, let bits):
      let value = UInt64(truncatingIfNeeded: accumulator) & Self.ones(bits)
      set(value << UInt64(shift), mask: Self.ones(bits) << UInt64(shift), word: Int(word))
      accumulator >>= UInt128(bits)
    case .push:
      isCollecting = false
      pushStack()
    case .resubmit(let port, let table): resubmit(port: port, table: table)
    case .meter(let meter): measure(with: meter)
    case .group(let group): send(toGroup: group)
    case .exit: hasExited = true
    case .learn(let plan): learn(plan)
    case .shortenTimeouts(let idle, let hard): shortenTimeouts(of: rule, idle: idle, hard: hard)
    case .inform, .goto, .writeActionSet, .clone, .bundle, .member, .pop: break
    }
    return true
  }

  /// As many low bits.
  static func ones(_ bits: UInt8) -> UInt64 { bits == 64 ? ~0 : (1 << UInt64(bits)) - 1 }

  mutating func set(_ value: UInt64, mask: UInt64, word: Int) {
    // Without an Ethernet header there is nothing to write.
    guard word > FlowKey.Word.vlan || word < FlowKey.Word.ethernetDestination || key.isEthernet else {
      return
    }
    guard !isOfNeighborDiscovery(word) || hasNeighborDiscovery(word) else { return }
    guard word != FlowKey.Word.vlan else {
      var tags = tags
      let hadTag = tags.hasTag
      tags.word = tags.word & ~mask | value & mask
      tags.normalise(hadTag: hadTag)
      return setTags(tags)
    }
    if mayBeRemarked, word == FlowKey.Word.ip { overwriteRemark(value, mask: mask) }
    key[word] = key[word] & ~mask | value & mask
    isDirty = true
  }

  mutating func setTags(_ tags: VLANTags) {
    guard key.isEthernet else { return }
    self.tags = tags
    key[FlowKey.Word.vlan] = tags.word
    isDirty = true
  }

  /// Whether the word has fields of neighbour discovery, beside addresses of ARP.
  @inline(__always)
  private func isOfNeighborDiscovery(_ word: Int) -> Bool {
    word >= FlowKey.Word.arpSourceHardware && word <= FlowKey.Word.ndTarget + 1 && key.networkType == 0x86dd
  }

  /// Whether the frame still is the message that has the fields in the word: unlike what other fields depend on, type and
  /// code of ICMPv6 may have been written. RFC 4861 sections 4.3 and 4.4.
  @inline(never)
  private func hasNeighborDiscovery(_ word: Int) -> Bool {
    let type = key[FlowKey.Word.transport] >> 48 & 0xff
    guard key[FlowKey.Word.transport] >> 32 & 0xff == 0 else { return false }
    return switch word {
    case FlowKey.Word.arpSourceHardware: type == 135
    case FlowKey.Word.arpTargetHardware: type == 136
    default: type == 135 || type == 136
    }
  }

  @inline(__always)
  var isIP: Bool {
    let type = key.networkType
    return type == 0x0800 || type == 0x86dd
  }

  /// Whether the frame has a TCP, UDP or SCTP header that was read.
  @inline(__always)
  private var hasPorts: Bool {
    let ip = key[FlowKey.Word.ip]
    let proto = ip >> 24 & 0xff
    return isIP && ip & FlowKey.Fragment.later == 0 && (proto == 6 || proto == 17 || proto == 132)
  }

  /// Tells the controllers with that ID of a TTL that has ended, if any has asked for it. OpenFlow 1.3.5 section 6.1.2.
  mutating func inform(controllerID: UInt16, by rule: Rule?) {
    guard state.bridge(bridge)?.informsOfInvalidTTL == true else { return }
    sendToController(
      maximumLength: 0xffff, reason: .invalidTTL, controllerID: controllerID, meter: 0, rule: rule)
  }

  /// A TTL of 0 or 1 ends the list: RFC 1812, section 5.3.1.
  mutating func decrementTTL() -> Bool {
    guard isIP else { return true }
    let ttl = key[FlowKey.Word.ip] >> 8 & 0xff
    guard ttl > 1 else {
      because(.ttlExpired)
      return false
    }
    set((ttl - 1) << 8, mask: 0xff << 8, word: FlowKey.Word.ip)
    return true
  }
}
