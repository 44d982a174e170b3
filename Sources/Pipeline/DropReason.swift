/// Why a frame was not delivered. Each frame that the switch receives is delivered at least once or has
/// exactly one of these; the first that applies, in the order of the frame's way.
public enum DropReason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  // MARK: On the way in
  case malformedFrame
  case badOffloadHeader
  case noBuffer
  case portNoReceive
  // MARK: In reassembly
  case malformedFragment
  case duplicateFragment
  case overlappingFragment
  case reassemblyTimeout
  case reassemblyFull
  // MARK: In the tables
  case reservedForMirror
  case noRuleMatched
  case ruleDrops
  case fragmentRefused
  case resubmitDepth
  case resubmitCount
  case programTooLong
  case stackTooDeep
  case tooManyLearned
  case noSuchGroup
  case groupHasNoLiveBucket
  case bundleHasNoLiveMember
  case meterExceeded
  case controllerMeterExceeded
  case ttlExpired
  case noSuchPort
  case outputIsIngress
  case portNoForward
  case headroomExhausted
  case tooManyLabels
  case wrongPacketType
  case packetTypeNotOnPort
  // MARK: In NORMAL
  case reservedMulticast
  case taggedOnAccessPort
  case vlanNotOnPort
  case destinationIsIngress
  case isolatedPort
  case floodHasNoPort
  case patchPortHasNoPeer
  // MARK: On the way out
  case portDown
  case noDevice
  case frameTooLong
  case transmitQueueFull
  case deviceRefused
  case controllerQueueFull
  case noController

  /// The name that `apus drops` prints, and that scripts may rely on.
  public var name: String {
    var text = ""
    for character in String(describing: self) {
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
    return text
  }

  /// What happened, in a sentence.
  public var explanation: String {
    switch self {
    case .malformedFrame: "shorter than an Ethernet header, or cut off within a VLAN tag"
    case .badOffloadHeader: "its virtio_net_hdr does not fit the frame"
    case .noBuffer: "every packet buffer was in use"
    case .portNoReceive: "the port is set to no-receive"
    case .malformedFragment: "its IP fragment's headers are wrong, or would make a packet that is too long"
    case .duplicateFragment: "the same IP fragment is there already"
    case .overlappingFragment: "it overlaps with another fragment of its packet, or the packet's others did"
    case .reassemblyTimeout: "not all fragments of its packet came in time"
    case .reassemblyFull: "too many packets waited for their fragments"
    case .reservedForMirror: "the port only takes the copies of a mirror"
    case .noRuleMatched: "no rule of the table matched"
    case .ruleDrops: "the rules that matched send it nowhere"
    case .fragmentRefused: "it is an IP fragment, and the bridge drops them (set-frags)"
    case .resubmitDepth: "resubmits, groups and bridges were nested deeper than the bridge's resubmit-depth"
    case .resubmitCount: "more resubmits, tables gone to and bridges entered than the bridge's resubmit-limit"
    case .programTooLong: "its actions came to more than 4096 steps"
    case .stackTooDeep: "more than 8192 values were pushed to the stack"
    case .tooManyLearned: "it asked for more than 256 rules to be learned"
    case .noSuchGroup: "the group does not exist"
    case .groupHasNoLiveBucket: "the group has no live bucket"
    case .bundleHasNoLiveMember: "no member of the bundle is up"
    case .meterExceeded: "it was above the rate of a meter's drop band"
    case .controllerMeterExceeded: "as a packet-in it was above the rate of a meter's drop band"
    case .ttlExpired: "dec_ttl met a TTL of 0 or 1"
    case .noSuchPort: "the output port does not exist"
    case .outputIsIngress: "the output port is the one it came from; use in_port to send it back"
    case .portNoForward: "the output port is set to no-forward"
    case .headroomExhausted: "no room for another VLAN tag or header"
    case .tooManyLabels: "an MPLS action met more than 3 label stack entries, or would make a fourth"
    case .wrongPacketType: "encap or decap does not apply to what the frame begins with"
    case .packetTypeNotOnPort: "the output port does not carry frames that begin like this one"
    case .reservedMulticast: "its destination is reserved (01:80:c2:00:00:0x) and forward-bpdu is off"
    case .taggedOnAccessPort: "it carries a VLAN tag and the port is an access port"
    case .vlanNotOnPort: "the port does not carry its VLAN"
    case .destinationIsIngress: "its destination is on the port it came from"
    case .isolatedPort: "both ports are protected"
    case .floodHasNoPort: "no other port carries its VLAN"
    case .patchPortHasNoPeer: "the patch port's peer does not exist"
    case .portDown: "the port is down"
    case .noDevice: "the output port has no device"
    case .frameTooLong: "longer than the output port's MTU, for which an 802.1ad tag counts on a system port"
    case .transmitQueueFull: "the output port's queue was full"
    case .deviceRefused: "the output device refused it"
    case .controllerQueueFull: "packets-in were queued faster than controllers took them"
    case .noController: "it was meant for a controller, and none is connected"
    }
  }
}
