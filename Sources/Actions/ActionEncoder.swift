import Bytes
import Match

/// Writes actions for one version, in the forms that Open vSwitch 3.1 chooses.
struct ActionEncoder {
  private(set) var writer = ByteWriter()
  let version: OpenFlowVersion
  /// What is known of the frame in front of the next action: in 1.3 some actions take another form with it.
  private(set) var frame: FrameKnowledge

  init(version: OpenFlowVersion, frame: FrameKnowledge) {
    self.version = version
    self.frame = frame
  }

  mutating func encode(_ actions: [Action]) {
    for action in actions { encode(action) }
  }

  mutating func encode(_ action: Action) {
    defer { frame.apply(action) }
    switch action {
    case .output(let port): Output.encode(port, to: &self)
    case .outputTruncated(let port, let length):
      OutputTruncated.encode(port, maximumLength: length, to: &self)
    case .outputField(let source): Output.encode(source, to: &self)
    case .controller(let target): ToController.encode(target, to: &self)
    case .enqueue(let port, let queue): Enqueue.encode(port: port, queue: queue, to: &self)
    case .setQueue(let queue): SetQueue.encode(queue, to: &self)
    case .popQueue: SetQueue.encodePop(to: &self)
    case .group(let group): Group.encode(group, to: &self)
    case .pushMPLS(let type): PushMPLS.encodePush(type, to: &self)
    case .popMPLS(let type): PushMPLS.encodePop(type, to: &self)
    case .encapsulate(let encapsulation): Encapsulate.encode(encapsulation, to: &self)
    case .decapsulate(let type): Decapsulate.encode(type, to: &self)
    case .pushVLAN(let tpid): PushVLAN.encode(tpid, to: &self)
    case .popVLAN: PopVLAN.encode(to: &self)
    case .setVLANID(let id, let pushIfAbsent): SetVLAN.encode(id: id, pushIfAbsent: pushIfAbsent, to: &self)
    case .setVLANPriority(let priority, let pushIfAbsent):
      SetVLAN.encode(priority: priority, pushIfAbsent: pushIfAbsent, to: &self)
    case .setEthernetSource(let address): SetEthernetAddresses.encode(source: address, to: &self)
    case .setEthernetDestination(let address): SetEthernetAddresses.encode(destination: address, to: &self)
    case .setIPv4Source(let address): SetIPv4Addresses.encode(source: address, to: &self)
    case .setIPv4Destination(let address): SetIPv4Addresses.encode(destination: address, to: &self)
    case .setIPDSCP(let tos): SetIPHeader.encode(tos: tos, to: &self)
    case .setIPECN(let ecn): SetIPHeader.encode(ecn: ecn, to: &self)
    case .setIPTTL(let ttl): SetIPHeader.encode(ttl: ttl, to: &self)
    case .setTransportSource(let port): SetTransportPorts.encode(source: port, to: &self)
    case .setTransportDestination(let port): SetTransportPorts.encode(destination: port, to: &self)
    case .setField(let set): SetFieldCodec.encode(set, to: &self)
    case .move(let source, let target): MoveField.encode(from: source, to: target, into: &self)
    case .decrementTTL: DecrementTTL.encode(to: &self)
    case .decrementTTLOrInform(let controllers): DecrementTTL.encode(controllers, to: &self)
    case .setMPLSLabel(let label): MPLSFields.encode(label: label, to: &self)
    case .setMPLSTrafficClass(let trafficClass): MPLSFields.encode(trafficClass: trafficClass, to: &self)
    case .setMPLSTTL(let ttl): MPLSFields.encode(ttl: ttl, to: &self)
    case .decrementMPLSTTL: MPLSFields.encodeDecrement(to: &self)
    case .decrementNSHTTL: DecrementNSHTTL.encode(to: &self)
    case .setTunnel(let id, let isWide): SetTunnel.encode(id, isWide: isWide, to: &self)
    case .push(let subfield): Stack.encode(push: subfield, to: &self)
    case .pop(let subfield): Stack.encode(pop: subfield, to: &self)
    case .deleteField(let field): DeleteField.encode(field, to: &self)
    case .resubmit(let port, let table, let inOriginalDirection):
      Resubmit.encode(port: port, table: table, inOriginalDirection: inOriginalDirection, to: &self)
    case .exit: Exit.encode(to: &self)
    case .meter(let meter): if version == .v15 { Meter.encode(meter, to: &self) }
    case .writeMetadata(let value, let mask): WriteMetadata.encode(value, mask: mask, to: &self)
    case .gotoTable(let table): GotoTable.encode(table, to: &self)
    case .clearActions, .writeActions: break
    // MARK: Stateful
    case .learn(let learn): learn.encode(to: &self)
    case .connectionTrack(let ct): ct.encode(to: &self)
    case .nat(let nat): nat.encode(to: &self)
    case .clearConnection: ClearConnection.encode(to: &self)
    case .clone(let actions): CloneActions.encode(actions, to: &self)
    case .conjunction(let conjunction): conjunction.encode(to: &self)
    case .multipath(let multipath): multipath.encode(to: &self)
    case .bundle(let bundle): bundle.encode(to: &self)
    case .sample(let sample): sample.encode(to: &self)
    case .finTimeout(let timeouts): timeouts.encode(to: &self)
    case .checkPacketLarger(let check): check.encode(to: &self)
    case .note(let note): note.encode(to: &self)
    }
  }

  /// Appends an action with the standard's code `type`, its length filled in and padded to 8 bytes.
  mutating func standard(_ type: UInt16, _ body: (inout ByteWriter) -> Void) {
    let start = writer.count
    writer.write(type)
    writer.write(UInt16(0))
    body(&writer)
    writer.pad(toMultipleOf: 8, from: start)
    patchLength(from: start)
  }

  /// The same for an action of Nicira's.
  mutating func nicira(_ subtype: UInt16, _ body: (inout ByteWriter) -> Void) {
    experimenter(ExperimenterID.nicira, subtype, body)
  }

  /// The same for an action of a later version that the Open Networking Foundation gave to earlier ones.
  mutating func onf(_ subtype: UInt16, _ body: (inout ByteWriter) -> Void) {
    experimenter(ExperimenterID.onf, subtype, body)
  }

  /// The same for 32 bits that 1.0 has in an action of Nicira's and later versions in one of their own.
  mutating func write(nicira subtype: UInt16, orStandard type: UInt16, _ body: (inout ByteWriter) -> Void) {
    guard version == .v10 else { return standard(type, body) }
    nicira(subtype) { writer in
      writer.pad(2)
      body(&writer)
    }
  }

  private mutating func experimenter(
    _ experimenter: UInt32, _ subtype: UInt16, _ body: (inout ByteWriter) -> Void
  ) {
    standard(0xffff) { writer in
      writer.write(experimenter)
      writer.write(subtype)
      body(&writer)
    }
  }

  /// The same for an action of Nicira's that ends with a list of others. What these do to the frame is not
  /// known behind it.
  mutating func nicira(
    _ subtype: UInt16, holding actions: [Action], _ body: (inout ByteWriter) -> Void
  ) {
    let start = writer.count
    let outside = frame
    nicira(subtype, body)
    encode(actions)
    frame = outside
    patchLength(from: start)
  }

  /// Writes the length of the action that began at `start`. One beyond 65535 bytes is refused by
  /// `ActionList.validate`, which finds it by writing it.
  private mutating func patchLength(from start: Int) {
    writer.patch(UInt16(clamping: writer.count - start), at: start + 2)
  }
}
