import Match

/// What the file of an action, or of a family of actions, tells the parsers of text and of messages. Printing
/// and encoding start from an `Action` instead and are reached through the switches in `ActionText` and
/// `ActionEncoder`, so that the compiler asks for them.
protocol ActionForm: SendableMetatype {
  /// The words that begin the action in text, in lower case.
  static var keywords: [String] { get }

  /// Reads one use of a keyword.
  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action

  /// The codes that `decode` reads.
  static var wireTypes: [ActionWireType] { get }

  /// The versions that have `type`, one of `wireTypes`: by default all that its number space belongs to.
  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion>

  /// Reads what follows the action's header. What is left of `body` afterwards must be nothing.
  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action
}

extension ActionForm {
  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v10 ... .v15 }
}

/// Which action a header announces.
enum ActionWireType: Hashable, Sendable {
  /// `OFPAT_*` of OpenFlow 1.0, section 5.2.4.
  case v10(UInt16)
  /// `OFPAT_*` of OpenFlow 1.1 and later, which add numbers and never give one a new meaning. 1.1.0 section
  /// A.2.5, 1.5.1 section 7.2.6.
  case v11(UInt16)
  /// `NXAST_*`, Nicira's experimenter actions.
  case nicira(UInt16)
  /// Actions of later versions under the experimenter number of the Open Networking Foundation.
  case onf(UInt16)
}

/// All actions. A new one is a line here.
enum ActionForms {
  static let all: [any ActionForm.Type] = [
    Output.self, OutputTruncated.self, ToController.self,
    PushVLAN.self, PopVLAN.self, SetVLAN.self,
    SetEthernetAddresses.self, SetIPv4Addresses.self, SetIPHeader.self, SetTransportPorts.self,
    DecrementTTL.self, SetWholeField.self, LoadField.self, MoveField.self, Stack.self, DeleteField.self,
    SetTunnel.self, PushMPLS.self, MPLSFields.self, Encapsulate.self, Decapsulate.self, DecrementNSHTTL.self,
    Enqueue.self, SetQueue.self, Group.self,
    Resubmit.self, Exit.self,
    Meter.self, ClearActions.self, WriteActions.self, WriteMetadata.self, GotoTable.self,
    // MARK: Stateful
    Action.Learn.self, Action.ConnectionTrack.self, Action.NAT.self, ClearConnection.self, CloneActions.self,
    Action.Conjunction.self, Action.Multipath.self, Action.Bundle.self, Action.Sample.self,
    Action.FinTimeout.self, Action.CheckPacketLarger.self, Action.Note.self,
  ]

  static let byKeyword: [String: any ActionForm.Type] = {
    var result: [String: any ActionForm.Type] = [:]
    for form in all {
      for keyword in form.keywords { result[keyword] = form }
    }
    return result
  }()

  static let byWireType: [ActionWireType: any ActionForm.Type] = {
    var result: [ActionWireType: any ActionForm.Type] = [:]
    for form in all {
      for type in form.wireTypes { result[type] = form }
    }
    return result
  }()

  /// Every word that begins an action, for proposals to whoever misspelled one.
  static let names: [String] =
    all.flatMap { $0.keywords } + ["drop"] + PortNumber.reservedNames.map { $0.name.lowercased() }
}
