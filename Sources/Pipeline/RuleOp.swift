public import Actions

/// One step of a rule as the translator runs it: what an `Action` compiles to.
///
/// Every payload is trivial, and the conformance makes the compiler keep it so: a rule's program is a run of
/// plain bytes, read without counting a reference.
public enum RuleOp: BitwiseCopyable, Sendable {
  /// To a real port, cut to `maximumLength` bytes (0: whole).
  case output(port: UInt16, maximumLength: UInt32)
  case inPort(maximumLength: UInt32)
  case normal
  case flood
  case all
  /// `meter` 0: the bridge's own for packet-ins.
  case controller(maximumLength: UInt16, reason: PacketInReason, controllerID: UInt16, meter: UInt32)
  /// The same with bytes for the controllers.
  case packetIn(PacketInPlan)
  /// To the controllers, and the rest of all lists waits until one of them sends the frame on.
  case pause(PacketInPlan)
  /// To the port whose number is in the low 16 bits of the field there.
  case outputField(word: UInt8, shift: UInt8, mask: UInt64)

  /// Puts `value` into the bits of `mask`.
  case set(value: UInt64, mask: UInt64, word: UInt8)
  /// Copies `bits` bits. Both ranges lie in one word each.
  case move(fromWord: UInt8, fromShift: UInt8, toWord: UInt8, toShift: UInt8, bits: UInt8)
  /// Sets bits of the outer TCI; `ifTagged` leaves frames without a tag alone, else they get one.
  case setVLAN(value: UInt16, mask: UInt16, ifTagged: Bool)
  case pushVLAN(tpid: UInt16)
  case popVLAN
  case setTransport(port: UInt16, isSource: Bool)
  /// Puts `value` into the bits of `mask` of the IPv4 addresses; frames that are not IPv4 are left alone.
  case setIPv4(value: UInt64, mask: UInt64)
  /// The next `informs` ops say which controllers are told of a TTL that ends; 0 for those with the ID 0.
  case decrementTTL(informs: UInt8)
  case inform(controllerID: UInt16)
  case pushMPLS(etherType: UInt16)
  case popMPLS(etherType: UInt16)
  /// Puts `value` into the bits of `mask` of the outermost label stack entry, if there is one.
  case setMPLS(value: UInt32, mask: UInt32)
  case decrementMPLSTTL
  case encapsulateEthernet
  case encapsulateMPLS(etherType: UInt16)
  /// Metadata type 1 or 2; `options` follow, as many bytes.
  case encapsulateNSH(type: UInt8, optionLength: UInt8)
  /// 16 bytes, at `index` in units of 16.
  case options(UInt64, UInt64, index: UInt8)
  /// To a port with a priority of its own.
  case enqueue(port: UInt16, priority: UInt32)
  /// The number of a link into the accumulator.
  case multipath(
    LinkHash, basis: UInt16, Action.Multipath.Algorithm, lastLink: UInt16, argument: UInt32)
  /// The port of one of the members that follow: into the accumulator, or the frame goes there.
  case bundle(Action.Bundle.Algorithm, LinkHash, basis: UInt16, count: UInt16, isLoaded: Bool)
  case member(UInt16)
  /// 1 into the accumulator when the frame is longer than that, else 0.
  case compareLength(UInt16)
  case decapsulate(namespace: UInt16, type: UInt16)
  case decrementNSHTTL
  /// Moves `bits` bits of a field into the lower end of the accumulator, and what is there upwards.
  case collect(word: UInt8, shift: UInt8, bits: UInt8)
  /// Moves `bits` bits out of the accumulator's lower end into a field.
  case distribute(word: UInt8, shift: UInt8, bits: UInt8)
  /// The accumulator onto the stack; it is 0 afterwards.
  case push
  /// The stack's top into the accumulator. Without one, the next `skip` ops are left out.
  case pop(skip: UInt8)

  /// Learns a rule from the frame.
  case learn(LearnPlan)
  /// Shortens the rule's timeouts to so many seconds if the frame ends a TCP connection; 0 leaves one as it is.
  case shortenTimeouts(idle: UInt16, hard: UInt16)

  /// So many of 65535 frames are reported to the collectors of that set. `port` 0xffff: none is named.
  case sample(
    collectorSet: UInt32, domain: UInt32, point: UInt32, probability: UInt16, port: UInt16,
    Action.Sample.Direction)
  case group(UInt32)
  /// Measures the frame with the meter of that number.
  case meter(UInt32)
  /// The next `count` ops are run on a copy.
  case clone(count: UInt32)
  /// Ends this list and those that resubmitted to it.
  case exit
  /// `port` 0xfff8: the current one. `table` 255: the current one.
  case resubmit(port: UInt16, table: UInt8)
  case goto(table: UInt8)
  case clearActionSet
  /// The next `count` ops are merged into the action set instead of being run.
  case writeActionSet(count: UInt32)
}
