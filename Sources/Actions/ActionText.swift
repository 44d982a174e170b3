import Match

extension Action {
  /// Appends the action as Open vSwitch prints it.
  func append(to text: inout String, names: PortNaming) {
    switch self {
    case .output(let port): Output.append(port, to: &text, names: names)
    case .outputTruncated(let port, let length):
      OutputTruncated.append(port, maximumLength: length, to: &text, names: names)
    case .outputField(let source): text += "output:\(source)"
    case .controller(let target): ToController.append(target, to: &text)
    case .enqueue(let port, let queue): Enqueue.append(port: port, queue: queue, to: &text, names: names)
    case .setQueue(let queue): text += "set_queue:\(queue)"
    case .popQueue: text += "pop_queue"
    case .group(let group): text += "group:\(group)"
    case .pushMPLS(let type): PushMPLS.append("push_mpls:", type, to: &text)
    case .popMPLS(let type): PushMPLS.append("pop_mpls:", type, to: &text)
    case .encapsulate(let encapsulation): Encapsulate.append(encapsulation, to: &text)
    case .decapsulate(let type): Decapsulate.append(type, to: &text)
    case .pushVLAN(let tpid): PushVLAN.append(tpid, to: &text)
    case .popVLAN: text += "strip_vlan"
    case .setVLANID(let id, let pushIfAbsent): text += (pushIfAbsent ? "mod" : "set") + "_vlan_vid:\(id)"
    case .setVLANPriority(let priority, let pushIfAbsent):
      text += (pushIfAbsent ? "mod" : "set") + "_vlan_pcp:\(priority)"
    case .setEthernetSource(let address): SetEthernetAddresses.append("mod_dl_src:", address, to: &text)
    case .setEthernetDestination(let address): SetEthernetAddresses.append("mod_dl_dst:", address, to: &text)
    case .setIPv4Source(let address): SetIPv4Addresses.append("mod_nw_src:", address, to: &text)
    case .setIPv4Destination(let address): SetIPv4Addresses.append("mod_nw_dst:", address, to: &text)
    case .setIPDSCP(let tos): text += "mod_nw_tos:\(tos)"
    case .setIPECN(let ecn): text += "mod_nw_ecn:\(ecn)"
    case .setIPTTL(let ttl): text += "mod_nw_ttl:\(ttl)"
    case .setTransportSource(let port): text += "mod_tp_src:\(port)"
    case .setTransportDestination(let port): text += "mod_tp_dst:\(port)"
    case .setField(let set) where set.isLoad: LoadField.append(set, to: &text)
    case .setField(let set): SetWholeField.append(set, to: &text)
    case .move(let source, let target): text += "move:\(source)->\(target)"
    case .decrementTTL: text += "dec_ttl"
    case .decrementTTLOrInform(let controllers): DecrementTTL.append(controllers, to: &text)
    case .setMPLSLabel(let label): text += "set_mpls_label(\(label))"
    case .setMPLSTrafficClass(let trafficClass): text += "set_mpls_tc(\(trafficClass))"
    case .setMPLSTTL(let ttl): text += "set_mpls_ttl(\(ttl))"
    case .decrementMPLSTTL: text += "dec_mpls_ttl"
    case .decrementNSHTTL: text += "dec_nsh_ttl"
    case .setTunnel(let id, let isWide): SetTunnel.append(id, isWide: isWide, to: &text)
    case .push(let subfield): text += "push:\(subfield)"
    case .pop(let subfield): text += "pop:\(subfield)"
    case .deleteField(let field): text += "delete_field:" + field.name
    case .resubmit(let port, let table, let inOriginalDirection):
      Resubmit.append(
        port: port, table: table, inOriginalDirection: inOriginalDirection, to: &text, names: names)
    case .exit: text += "exit"
    case .meter(let meter): text += "meter:\(meter)"
    case .clearActions: text += "clear_actions"
    case .writeActions(let actions): WriteActions.append(actions, to: &text, names: names)
    case .writeMetadata(let value, let mask): WriteMetadata.append(value, mask: mask, to: &text)
    case .gotoTable(let table): text += "goto_table:\(table)"
    // MARK: Stateful
    case .learn(let learn): learn.append(to: &text, names: names)
    case .connectionTrack(let ct): ct.append(to: &text, names: names)
    case .nat(let nat): text += nat.description
    case .clearConnection: text += "ct_clear"
    case .clone(let actions): CloneActions.append(actions, to: &text, names: names)
    case .conjunction(let conjunction): conjunction.append(to: &text)
    case .multipath(let multipath): multipath.append(to: &text)
    case .bundle(let bundle): bundle.append(to: &text, names: names)
    case .sample(let sample): sample.append(to: &text, names: names)
    case .finTimeout(let timeouts): timeouts.append(to: &text)
    case .checkPacketLarger(let check): check.append(to: &text)
    case .note(let note): note.append(to: &text)
    }
  }
}

extension String {
  /// Appends `value` as C's `%#x` does: hexadecimal after `0x`, but a plain `0`.
  mutating func appendNumber(_ value: some BinaryInteger) {
    if value == 0 { self += "0" } else { appendHexadecimal(value) }
  }
}
