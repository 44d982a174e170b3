/// Every command of this client.
enum OfctlCommands {
  static let all: [any OfctlCommand.Type] = text + switches

  /// Those that need no switch.
  private static let text: [any OfctlCommand.Type] = [
    ParseFlow.self, ParseFlows.self, ParseActions.self, ParseInstructions.self, ParseMatch10.self,
    ParseNXMatch.self, ParseNXM.self, ParseOXM.self, CheckVLAN.self, ComposePacket.self, ParsePacket.self,
    ParsePcap.self, PrintMessage.self, ParseMessages.self, ParseCapture.self, PrintError.self,
    EncodeErrorReply.self, EncodeHello.self, ParseKeyValue.self, ListFields.self,
  ]

  private static let switches: [any OfctlCommand.Type] = [
    Show.self, DumpDescription.self, DumpTables.self, DumpTableFeatures.self, 
    AddFlow.self, AddFlows.self, ModifyFlows.self, DeleteFlows.self, ReplaceFlows.self,
    DumpFlows.self, DumpAggregate.self, DiffFlows.self, DumpPorts.self, DumpPortDescriptions.self,
    ModifyPort.self, SendPacket.self, GetFragments.self, SetFragments.self, Snoop.self, Probe.self, Ping.self,
    Benchmark.self,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  static func named(_ name: String) -> (any OfctlCommand.Type)? { byName[name] }
}
