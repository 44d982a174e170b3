public import Match

/// One action of a rule, or one instruction: OpenFlow's instructions stand in the same list, in the order
/// apply, clear, write, metadata, goto. Adding one: its file in this folder, then the lines that the compiler
/// asks for.
public indirect enum Action: Hashable, Sendable {
  // MARK: Output
  /// To a port, real or reserved (`normal`, `flood`, `all`, `in_port`, `local`, ...).
  case output(PortNumber)
  /// `output(port=,max_len=)`: the copy is cut to that many bytes.
  case outputTruncated(PortNumber, maximumLength: UInt32)
  /// `output:reg0[0..15]`: to the port whose number a field holds.
  case outputField(Subfield)
  /// To the controllers as a packet-in of at most that many bytes.
  case controller(Controller)
  /// `enqueue:port:queue`: to a port through one of its queues.
  case enqueue(port: PortNumber, queue: UInt32)
  /// `set_queue`: the queue of the outputs that follow.
  case setQueue(UInt32)
  /// `pop_queue`: the queue of the outputs that follow is the default one again.
  case popQueue
  case group(UInt32)

  // MARK: Tags
  /// `push_vlan`: TPID 0x8100 or 0x88a8.
  case pushVLAN(tpid: UInt16)
  /// `strip_vlan`, `pop_vlan`.
  case popVLAN
  /// `mod_vlan_vid`: adds a tag when there is none and `pushIfAbsent` (OpenFlow 1.0) is set.
  case setVLANID(UInt16, pushIfAbsent: Bool)
  /// `mod_vlan_pcp`, likewise.
  case setVLANPriority(UInt8, pushIfAbsent: Bool)

  /// `push_mpls`: the new Ethertype, 0x8847 or 0x8848.
  case pushMPLS(etherType: UInt16)
  /// `pop_mpls`: the Ethertype of what is left.
  case popMPLS(etherType: UInt16)
  /// `encap(...)`: a new outermost header.
  case encapsulate(Encapsulation)
  /// `decap(...)`: takes the outermost header off; what is left is of that type, `nil` for what the header says.
  case decapsulate(PacketType?)

  // MARK: Fields
  case setEthernetSource(UInt64)
  case setEthernetDestination(UInt64)
  case setIPv4Source(UInt32)
  case setIPv4Destination(UInt32)
  /// `mod_nw_tos`: DSCP in the upper six bits, the lower two are 0.
  case setIPDSCP(UInt8)
  case setIPECN(UInt8)
  case setIPTTL(UInt8)
  /// `mod_tp_src`, `mod_tp_dst`: of TCP, UDP or SCTP, whichever the frame is.
  case setTransportSource(UInt16)
  case setTransportDestination(UInt16)
  /// `set_field:value[/mask]->field` and `load:value->field[a..b]`.
  case setField(SetField)
  /// `move:src[..]->dst[..]`.
  case move(from: Subfield, to: Subfield)
  case decrementTTL
  /// `dec_ttl(id,...)`: frames whose TTL ends go to the controllers with these IDs.
  case decrementTTLOrInform([UInt16])
  /// 20 bits.
  case setMPLSLabel(UInt32)
  /// 3 bits.
  case setMPLSTrafficClass(UInt8)
  case setMPLSTTL(UInt8)
  case decrementMPLSTTL
  case decrementNSHTTL
  /// `set_tunnel`, or `set_tunnel64` if `isWide`, as every key above 32 bits is.
  case setTunnel(UInt64, isWide: Bool)
  case push(Subfield)
  case pop(Subfield)
  /// `delete_field`: takes a tunnel option off.
  case deleteField(Field)

  // MARK: Flow control
  /// `resubmit(port,table)`: `nil` stands for the current one. `resubmit(port,table,ct)` looks the frame up with
  /// the addresses and ports of its connection's original direction.
  case resubmit(port: PortNumber?, table: UInt8?, inOriginalDirection: Bool = false)
  /// Ends the list and those that resubmitted to it.
  case exit

  // MARK: Instructions
  /// `meter:n`: an action of OpenFlow 1.5, an instruction of 1.3 and 1.4.
  case meter(UInt32)
  case clearActions
  case writeActions([Action])
  case writeMetadata(UInt64, mask: UInt64)
  case gotoTable(UInt8)

  // MARK: Stateful
  case learn(Learn)
  case connectionTrack(ConnectionTrack)
  /// Only in the actions of a `ConnectionTrack`.
  case nat(NAT)
  /// `ct_clear`
  case clearConnection
  /// Actions on a copy of the frame.
  case clone([Action])
  case conjunction(Conjunction)
  case multipath(Multipath)
  /// `bundle` and `bundle_load`
  case bundle(Bundle)
  case sample(Sample)
  case finTimeout(FinTimeout)
  case checkPacketLarger(CheckPacketLarger)
  case note(Note)

  /// `controller(...)`.
  public struct Controller: Hashable, Sendable {
    /// Bytes of the frame that are sent, 0xffff for all of it.
    public var maximumLength: UInt16
    public var reason: PacketInReason
    public var controllerID: UInt16
    /// Travels with the packet-in.
    public var userData: [UInt8] = []
    /// The pipeline stops until the controller resumes it.
    public var pauses = false
    /// The meter that limits these packet-ins; 0 for none.
    public var meter: UInt32 = 0

    public init(maximumLength: UInt16 = 0xffff, reason: PacketInReason = .action, controllerID: UInt16 = 0) {
      self.maximumLength = maximumLength
      self.reason = reason
      self.controllerID = controllerID
    }
  }

  /// `encap(...)`.
  public struct Encapsulation: Hashable, Sendable {
    public var packetType: PacketType
    public var properties: [Property] = []

    public init(packetType: PacketType) { self.packetType = packetType }

    /// What a network service header begins with.
    public enum Property: Hashable, Sendable {
      /// `md_type`: 1 or 2.
      case metadataType(UInt8)
      /// `tlv(class,type,data)`: an option of metadata type 2.
      case option(namespace: UInt16, type: UInt8, value: [UInt8])
    }
  }

  /// A value for some bits of a field.
  public struct SetField: Hashable, Sendable {
    public var field: Field
    /// Right-justified in the field; no bit outside `mask`.
    public var value: UInt128
    public var mask: UInt128
    /// Written as `load`, not as `set_field`.
    public var isLoad: Bool

    public init(field: Field, value: UInt128, mask: UInt128, isLoad: Bool = false) {
      self.field = field
      self.value = value & mask
      self.mask = mask
      self.isLoad = isLoad
    }
  }
}

/// Some consecutive bits of a field: `reg0[4..7]`.
public struct Subfield: Hashable, Sendable {
  public var field: Field
  /// First bit, 0 for the least significant one.
  public var offset: Int
  /// How many, at least 1.
  public var bits: Int

  public init(field: Field, offset: Int = 0, bits: Int? = nil) {
    self.field = field
    self.offset = offset
    self.bits = bits ?? field.bits
  }
}
