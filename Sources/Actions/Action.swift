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

  // MARK: Tags
  /// `push_vlan`: TPID 0x8100 or 0x88a8.
  case pushVLAN(tpid: UInt16)
  /// `strip_vlan`, `pop_vlan`.
  case popVLAN
  /// `mod_vlan_vid`: adds a tag when there is none and `pushIfAbsent` (OpenFlow 1.0) is set.
  case setVLANID(UInt16, pushIfAbsent: Bool)
  /// `mod_vlan_pcp`, likewise.
  case setVLANPriority(UInt8, pushIfAbsent: Bool)

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

  // MARK: Flow control
  /// `resubmit(port,table)`: `nil` stands for the current one.
  case resubmit(port: PortNumber?, table: UInt8?)

  // MARK: Instructions
  /// `meter:n`: an action of OpenFlow 1.5, an instruction of 1.3 and 1.4.
  case meter(UInt32)
  case clearActions
  case writeActions([Action])
  case writeMetadata(UInt64, mask: UInt64)
  case gotoTable(UInt8)

  /// `controller(...)`.
  public struct Controller: Hashable, Sendable {
    /// Bytes of the frame that are sent, 0xffff for all of it.
    public var maximumLength: UInt16
    public var reason: PacketInReason
    public var controllerID: UInt16

    public init(maximumLength: UInt16 = 0xffff, reason: PacketInReason = .action, controllerID: UInt16 = 0) {
      self.maximumLength = maximumLength
      self.reason = reason
      self.controllerID = controllerID
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

/// Why a frame goes to a controller. OpenFlow 1.0 section 5.4.1 and later, `OFPR_*`.
public enum PacketInReason: UInt8, Hashable, BitwiseCopyable, Sendable {
  case noMatch = 0
  case action = 1
  case invalidTTL = 2
  /// From 1.4 on: an output in the action set, in a group's bucket, in a packet-out.
  case actionSet = 3
  case group = 4
  case packetOut = 5
}
