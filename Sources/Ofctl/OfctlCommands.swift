/// Every command of this client.
enum OfctlCommands {
  static let all: [any OfctlCommand.Type] = text + questions + changes

  /// Those that need no switch.
  private static let text: [any OfctlCommand.Type] = [
    ParseFlow.self, ParseFlows.self, ParseGroup.self, ParseMeter.self, ParseActions.self,
    ParseInstructions.self, ParseMatch10.self, ParseMatch11.self, ParseNXMatch.self, ParseNXM.self,
    ParseOXM.self, CheckVLAN.self, ComposePacket.self, ParsePacket.self, ParsePcap.self, PrintMessage.self,
    ParseMessages.self, ParseCapture.self, PrintError.self, EncodeErrorReply.self, EncodeHello.self,
    ParseKeyValue.self, ListFields.self,
  ]

  /// Those that leave a switch as it is.
  private static let questions: [any OfctlCommand.Type] = [
    Show.self, DumpDescription.self, DumpTables.self, DumpTableFeatures.self, DumpTableDescriptions.self,
    DumpFlows.self, DumpAggregate.self, DiffFlows.self, DumpPorts.self, DumpPortDescriptions.self,
    QueueStatisticsCommand.self, QueueConfiguration.self, DumpGroups.self, DumpGroupStatistics.self,
    DumpGroupFeatures.self, DumpMeter.self, DumpMeters.self, DumpMeterStatistics.self, DumpMeterFeatures.self,
    GetFragments.self, DumpTLVMap.self, DumpIPFIXBridge.self, DumpIPFIXFlow.self, Monitor.self, Snoop.self,
    Probe.self, Ping.self, Benchmark.self,
  ]

  private static let changes: [any OfctlCommand.Type] = [
    AddFlow.self, AddFlows.self, ModifyFlows.self, DeleteFlows.self, ReplaceFlows.self, CarryOutBundle.self,
    AddGroup.self, AddGroups.self, ModifyGroup.self, DeleteGroups.self, InsertBuckets.self,
    RemoveBuckets.self,
    AddMeter.self, ModifyMeter.self, DeleteMeter.self, DeleteMeters.self, ModifyPort.self, ModifyTable.self,
    SendPacket.self, SetFragments.self, FlushZone.self, FlushConnections.self, AddTLVMap.self,
    DeleteTLVMap.self,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  static func named(_ name: String) -> (any OfctlCommand.Type)? { byName[name] }
}
