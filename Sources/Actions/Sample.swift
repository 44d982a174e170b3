import Bytes
public import Match

extension Action {
  /// `sample(...)`: some of the frames are reported to IPFIX collectors.
  public struct Sample: Hashable, Sendable {
    /// In which direction the frame is taken to go through the sampling port.
    public enum Direction: UInt8, BitwiseCopyable, Hashable, Sendable {
      case unspecified = 0
      case ingress = 1
      case egress = 2
    }

    /// How many of 65535 frames, at least 1.
    public var probability: UInt16
    /// Which of the collector sets of the configuration.
    public var collectorSetID: UInt32
    public var observationDomainID: UInt32
    public var observationPointID: UInt32
    /// The port that the report names; `nil` for the one at which the frame came in.
    public var samplingPort: PortNumber?
    public var direction: Direction

    public init(
      probability: UInt16, collectorSetID: UInt32 = 0, observationDomainID: UInt32 = 0,
      observationPointID: UInt32 = 0, samplingPort: PortNumber? = nil, direction: Direction = .unspecified
    ) {
      self.probability = probability
      self.collectorSetID = collectorSetID
      self.observationDomainID = observationDomainID
      self.observationPointID = observationPointID
      self.samplingPort = samplingPort == PortNumber.none ? nil : samplingPort
      self.direction = direction
    }
  }
}

/// `NXAST_SAMPLE`; `NXAST_SAMPLE2`, which has a port as well; `NXAST_SAMPLE3`, which has a direction as well.
extension Action.Sample: ActionForm {
  static let keywords = ["sample"]

  private static let settings = [
    "probability", "collector_set_id", "obs_domain_id", "obs_point_id", "sampling_port", "ingress", "egress",
  ]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var sample = Action.Sample(probability: 0)
    let numbers = 0...UInt64(UInt32.max)
    for setting in try call.settings() {
      switch setting.name {
      case "probability": sample.probability = UInt16(try setting.number(in: 1...0xffff))
      case "collector_set_id": sample.collectorSetID = UInt32(try setting.number(in: numbers))
      case "obs_domain_id": sample.observationDomainID = UInt32(try setting.number(in: numbers))
      case "obs_point_id": sample.observationPointID = UInt32(try setting.number(in: numbers))
      case "sampling_port":
        let text = try setting.argument(expected: "a port")
        let port = try PortNumber.parse(text, at: setting.argumentOffset, of: setting.keyword, ports: ports)
        sample.samplingPort = port == PortNumber.none ? nil : port
      case "ingress", "egress":
        try setting.refuseArgument()
        sample.direction = setting.name == "ingress" ? .ingress : .egress
      default: throw setting.unknown(in: call.keyword, known: settings)
      }
    }
    guard sample.probability > 0 else {
      let because = "\(call.keyword) takes so many of 65535 frames"
      throw FlowSyntaxError(.missing("probability=", because: because), at: call.argumentOffset)
    }
    return .sample(sample)
  }

  func append(to text: inout String, names: PortNaming) {
    text += "sample(probability=\(probability),collector_set_id=\(collectorSetID)"
    text += ",obs_domain_id=\(observationDomainID),obs_point_id=\(observationPointID)"
    if let samplingPort { text += ",sampling_port=" + samplingPort.described(by: names) }
    switch direction {
    case .unspecified: break
    case .ingress: text += ",ingress"
    case .egress: text += ",egress"
    }
    text += ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(29), .nicira(38), .nicira(41)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.demand(count: type == .nicira(29) ? 14 : 22)
    var sample = Action.Sample(probability: try body.read())
    sample.collectorSetID = try body.read()
    sample.observationDomainID = try body.read()
    sample.observationPointID = try body.read()
    if type != .nicira(29) {
      let port = PortNumber(rawValue: try body.read())
      sample.samplingPort = port == PortNumber.none ? nil : port
      if type == .nicira(41) {
        guard let direction = Direction(rawValue: try body.read()) else {
          throw OpenFlowError(.badActionArgument)
        }
        sample.direction = direction
        try body.skipZeros(body.count, else: .mustBeZero)
      } else {
        try body.skip(body.count)
      }
    }
    guard sample.probability > 0 else { throw OpenFlowError(.badActionArgument) }
    return .sample(sample)
  }

  func encode(to encoder: inout ActionEncoder) {
    let subtype: UInt16 = direction != .unspecified ? 41 : samplingPort != nil ? 38 : 29
    encoder.nicira(subtype) { writer in
      writer.write(probability)
      writer.write(collectorSetID)
      writer.write(observationDomainID)
      writer.write(observationPointID)
      guard subtype != 29 else { return }
      writer.write((samplingPort ?? .none).rawValue)
      if subtype == 41 { writer.write(direction.rawValue) }
    }
  }
}
