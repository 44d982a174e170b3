public import Actions
import Classifier
import Match

/// What `sample` reports of a frame besides the frame, and how often.
public struct FrameSampling: BitwiseCopyable, Hashable, Sendable {
  /// Which of the bridge's sets of collectors.
  public var collectorSet: UInt32
  public var domain: UInt32
  public var point: UInt32
  /// How many of 65535 frames.
  public var probability: UInt16
  /// The bridge whose rule it is.
  public var bridge = BridgeIndex(rawValue: 0)
  /// The port that the frame came in by, at the bridge where it did.
  public var ingress = PortIndex.none
  /// The port that the rule names, unless the frame came in there.
  public var port = PortIndex.none
  public var direction: Action.Sample.Direction
  /// Whether the frame has an Ethernet header.
  public var isEthernet = true

  public init(
    collectorSet: UInt32, domain: UInt32, point: UInt32, probability: UInt16,
    direction: Action.Sample.Direction = .unspecified
  ) {
    self.collectorSet = collectorSet
    self.domain = domain
    self.point = point
    self.probability = probability
    self.direction = direction
  }

  /// Whether the frame counts as leaving: where the rule does not say, it does by a port that the rule names.
  public var isEgress: Bool { direction == .egress || direction == .unspecified && port != .none }
}

extension Translator {
  /// Has the frame reported as it is now.
  /// - Parameter port: the OpenFlow number of the port that the report names; 0xffff for none.
  @inline(never)
  mutating func sample(_ sampling: FrameSampling, port: UInt16) {
    var sampling = sampling
    if port != .max, port != UInt16(truncatingIfNeeded: key[FlowKey.Word.ingress] >> 48) {
      guard let named = state.bridge(bridge)?.port(numbered: port) else {
        if isTracing { traceLog.append(.remark(.unknownSamplingPort(port))) }
        return
      }
      sampling.port = named
    }
    commit()
    sampling.bridge = bridge
    sampling.ingress = source
    sampling.isEthernet = frame.isEthernet
    emit(.sample(sampling))
  }
}
