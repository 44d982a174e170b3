/// Every command that the daemon knows.
enum CommandList {
  static let all: [any Command.Type] = [
    AddBridge.self, DeleteBridge.self, ListBridges.self, BridgeExists.self, Show.self,
    AddPort.self, DeletePort.self, ListPorts.self, PortToBridge.self, ListInterfaces.self,
    InterfaceToBridge.self, ExportPort.self, ImportPort.self,
    SetController.self, GetController.self, DeleteController.self, SetFailMode.self, GetFailMode.self,
    DeleteFailMode.self, SetSSL.self, GetSSL.self, DeleteSSL.self,
    AddMirror.self, DeleteMirror.self, ListMirrors.self, CreateRecord.self,
    SetColumns.self, GetColumns.self, ListRecords.self, FindRecords.self, AddValues.self, RemoveValues.self,
    ClearColumns.self, DestroyRecord.self,
    AddFlow.self, AddFlows.self, ModifyFlows.self, DeleteFlows.self, DumpFlows.self, DumpAggregate.self,
    DumpTables.self, ModifyTable.self,
    DumpPorts.self, DumpPortDescriptions.self, DumpDescription.self, ModifyPort.self, PacketOut.self,
    ShowFDB.self, AddFDBEntry.self, DeleteFDBEntry.self, FlushFDB.self, ShowFDBStatistics.self,
    ClearFDBStatistics.self, ShowIPFIX.self, Drops.self, TraceFrame.self, OpenVSwitchTrace.self,
    TracePacketOut.self,
    WhyDropped.self, ShowWorkers.self, ShowReceiveQueues.self,
    ShowWorkerStatistics.self, ClearWorkerStatistics.self, RebalanceQueues.self, Detrace.self,
    DetraceCookie.self, LintBridge.self,
    ListCommands.self, ShowVersion.self, ExitDaemon.self,
  ]

  static func named(_ name: String) -> (any Command.Type)? { all.first { $0.name == name } }
}
