public import Actions
public import Match

/// Something that can be written down as a rule, but has no effect on frames here yet. Rules with it are refused
/// when they are added: none is accepted and then ignored.
public struct UnsupportedEffect: Error, Hashable, Sendable {
  /// OpenFlow's error for it.
  public var code: OpenFlowErrorCode
  /// What has no effect.
  public var subject: String
  /// What the switch lacks; completes "there is ...".
  public var lack: String

  /// An action that cannot be carried out.
  init(action subject: String, lack: String) {
    code = .badActionType
    self.subject = subject
    self.lack = lack
  }

  /// What is done with a field.
  init(_ code: OpenFlowErrorCode, _ verb: String, _ field: Field, lack: String) {
    self.code = code
    subject = "\(verb) \(field.name)"
    self.lack = lack
  }
}

extension UnsupportedEffect: CustomStringConvertible {
  public var description: String { "\(subject) has no effect yet: there is \(lack)" }
}

/// Whether the switch can give a rule its effect.
public enum UnsupportedEffects {
  /// The first thing in a rule that cannot have its effect; `nil` when all can.
  ///
  /// - Parameters:
  ///   - match: that of the rule; of a packet-out, the match of every frame.
  ///   - actions: a list that `ActionList.validate` accepts.
  public static func first(in match: FlowMatch, _ actions: [Action]) -> UnsupportedEffect? {
    UnsupportedFields.first(in: match) ?? first(in: actions)
  }

  private static func first(in actions: [Action]) -> UnsupportedEffect? {
    for action in actions {
      if let found = effect(of: action) { return found }
    }
    return nil
  }

  private static func effect(of action: Action) -> UnsupportedEffect? {
    switch action {
    case .output, .outputTruncated, .pushVLAN, .popVLAN, .setVLANID, .setVLANPriority,
      .setEthernetSource, .setEthernetDestination, .setIPv4Source, .setIPv4Destination, .setIPDSCP, .setIPECN,
      .setIPTTL, .setTransportSource, .setTransportDestination, .decrementTTL, .decrementTTLOrInform,
      .setTunnel, .clearActions,
      .writeMetadata, .gotoTable, .group, .meter, .exit, .pushMPLS, .popMPLS, .setMPLSLabel,
      .setMPLSTrafficClass,
      .setMPLSTTL, .decrementMPLSTTL, .encapsulate, .decapsulate, .decrementNSHTTL, .enqueue, .setQueue,
      .popQueue, .controller:
      nil
    case .writeActions(let actions): effect(ofSet: actions) ?? first(in: actions)
    case .clone(let actions): first(in: actions)
    case .push(let source): UnsupportedFields.effect(ofReading: source.field)
    case .pop(let target): UnsupportedFields.effect(ofWriting: target.field)
    case .outputField(let source): UnsupportedFields.effect(ofReading: source.field)
    case .setField(let set): UnsupportedFields.effect(ofWriting: set.field)
    case .move(let source, let target):
      UnsupportedFields.effect(ofReading: source.field) ?? UnsupportedFields.effect(ofWriting: target.field)
    case .resubmit(_, _, let inOriginalDirection):
      inOriginalDirection ? .init(action: "resubmit with ct", lack: Lack.connections) : nil
    case .deleteField: .init(action: "delete_field", lack: Lack.tunnels)
    // MARK: Stateful
    case .note, .conjunction, .finTimeout, .sample: nil
    case .learn(let learn): effect(of: learn)
    case .connectionTrack, .nat: .init(action: "ct", lack: Lack.connections)
    case .clearConnection: .init(action: "ct_clear", lack: Lack.connections)
    case .multipath(let multipath): UnsupportedFields.effect(ofWriting: multipath.target.field)
    case .bundle(let bundle): bundle.target.flatMap { UnsupportedFields.effect(ofWriting: $0.field) }
    case .checkPacketLarger(let check): UnsupportedFields.effect(ofWriting: check.target.field)
    }
  }

  private static func effect(of learn: Action.Learn) -> UnsupportedEffect? {
    for specification in learn.specifications {
      if case .field(let source) = specification.source,
        let effect = UnsupportedFields.effect(ofReading: source.field)
      {
        return effect
      }
      let effect: UnsupportedEffect? =
        switch specification.target {
        case .match(let target): UnsupportedFields.effect(ofReading: target.field)
        case .load(let target): UnsupportedFields.effect(ofWriting: target.field)
        case .output: nil
        }
      if let effect { return effect }
    }
    return learn.result.flatMap { UnsupportedFields.effect(ofWriting: $0.field) }
  }

  /// An action set has no room for the options of a network service header, nor for a long list of controllers. Bytes
  /// for controllers and pauses are not allowed in one, as in Open vSwitch.
  private static func effect(ofSet actions: [Action]) -> UnsupportedEffect? {
    let hasPlan = actions.contains {
      if case .controller(let target) = $0 { target.needsPlan } else { false }
    }
    if hasPlan {
      return .init(
        action: "controller with userdata or pause in write_actions", lack: "no place for it in an action set"
      )
    }
    let hasControllers = actions.contains { action in
      guard case .decrementTTLOrInform(let controllers) = action else { return false }
      return controllers.count > ActionSet.maximumInformed
    }
    if hasControllers {
      return .init(
        action: "dec_ttl with so many controller IDs in write_actions",
        lack: "room for \(ActionSet.maximumInformed) of them in an action set")
    }
    let hasOptions = actions.contains { action in
      guard case .encapsulate(let encapsulation) = action else { return false }
      return !encapsulation.options.isEmpty
    }
    return hasOptions
      ? .init(action: "encap with tlv in write_actions", lack: "no room for options in an action set") : nil
  }

  private enum Lack {
    static var connections: String { "no connection tracking" }
    static var tunnels: String { "no tunnel port" }
  }
}
