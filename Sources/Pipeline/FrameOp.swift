public import Actions

/// One step of what is done to a frame: what the translator's answer consists of.
public enum FrameOp: BitwiseCopyable, Sendable {
  /// A copy leaves by `port`, cut to `maximumLength` bytes (0: whole).
  case output(port: PortIndex, maximumLength: UInt32)
  /// A copy goes to the controllers of `bridge`, with `Translator.snapshot(snapshot)` as its metadata. It is not cut:
  /// traces show how much of it the rule asked for.
  case controller(
    bridge: BridgeIndex, table: UInt8, snapshot: UInt8, maximumLength: UInt16, reason: PacketInReason,
    controllerID: UInt16, rule: UInt32)
  /// Puts `value` into the bits of `mask` of the frame's header fields there; checksums follow.
  case set(value: UInt64, mask: UInt64, word: UInt8)
  /// What leaves from here on has that priority: `QueuePriority`, or 0.
  case setPriority(UInt32)
  /// Adds a tag in front of the others: TPID 16 | TCI 16.
  case pushTag(UInt32)
  case popTag
  /// Replaces the outermost tag.
  case setTag(UInt32)
  /// Adds a label stack entry behind all tags; the frame's type becomes `etherType`.
  case pushLabel(UInt32, etherType: UInt16)
  /// Takes the outermost entry off.
  case popLabel(etherType: UInt16)
  /// Puts an entry in front of the whole frame, its Ethernet header included.
  case pushLabelOverEthernet(UInt32, etherType: UInt16)
  /// Takes the last entry off, behind which there is an Ethernet frame.
  case popToEthernet
  /// Takes the Ethernet header off.
  case popEthernet
  /// Puts a network service header in front: metadata type, what follows, bytes of options.
  case pushNSH(type: UInt8, next: UInt8, optionLength: UInt8)
  /// 16 bytes of the options of the network service header that the frame begins with, at `index` in units of 16.
  case options(UInt64, UInt64, index: UInt8)
  /// Takes the network service header off; `etherType` 0: there is an Ethernet frame behind it.
  case popNSH(etherType: UInt16)
  /// The address is known at that port from now on.
  case learn(bridge: BridgeIndex, mac: UInt64, vlan: UInt16, port: PortIndex, announces: Bool, onTrunk: Bool)
  /// From here to the `endScope` that belongs to it, if `isSaved`, changes are made to a copy of the frame. Without,
  /// later ops undo what was changed, and there is no `endScope`.
  case scope(isSaved: Bool)
  /// What is left of the copy goes; the frame is again what it was at the `scope` that belongs to it.
  case endScope
  /// The frame left by one end of a patch and came in at the other: both count it.
  case patch(from: PortIndex, to: PortIndex)
  /// The timeouts of a rule are at most so many seconds from now on; 0 leaves one as it is. `sequence` says that it
  /// is still the same rule.
  case shortenTimeouts(bridge: BridgeIndex, rule: UInt32, sequence: UInt64, idle: UInt16, hard: UInt16)
  /// Measures the frame. One above the rate: the next `guarded` ops, a packet-in and what measures it, are left
  /// out. With `guarded` 0 the frame is dropped: what is left of the innermost saved scope, or of everything.
  case meter(MeterRecord, guarded: UInt8)
  /// From here to the next one, what leaves are copies for mirrors: that they leave is no delivery of the frame.
  case mirroring(Bool)
  /// A mirror's copy that cannot leave by `port`.
  case lost(port: PortIndex, reason: DropReason)
  /// Cuts the frame to `maximumLength` bytes.
  case truncate(maximumLength: UInt32)
}
