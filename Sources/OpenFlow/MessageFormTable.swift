import Match

extension MessageForm {
  /// Every form there is.
  static let all: [MessageForm] =
    symmetric + session + asynchronous + changes + standardStatistics + extensions

  private typealias Versions = ClosedRange<OpenFlowVersion>

  private static func type(
    _ number: UInt8, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(kind: kind, versions: versions, number: .type(number), length: length)
  }
  private static func nicira(
    _ number: UInt32, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(
      kind: kind, versions: versions, number: .experimenter(ExperimenterID.nicira, number), length: length)
  }
  private static func onf(_ number: UInt32, _ kind: MessageKind, _ length: Length) -> MessageForm {
    MessageForm(
      kind: kind, versions: .v13 ... .v13, number: .experimenter(ExperimenterID.onf, number), length: length)
  }
  private static func ask(
    _ number: UInt16, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(kind: kind, versions: versions, number: .multipart(number, isReply: false), length: length)
  }
  private static func tell(
    _ number: UInt16, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(kind: kind, versions: versions, number: .multipart(number, isReply: true), length: length)
  }
  private static func askNicira(
    _ number: UInt32, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(
      kind: kind, versions: versions,
      number: .experimenterMultipart(ExperimenterID.nicira, number, isReply: false), length: length)
  }
  private static func tellNicira(
    _ number: UInt32, _ kind: MessageKind, _ versions: ClosedRange<OpenFlowVersion>, _ length: Length
  ) -> MessageForm {
    MessageForm(
      kind: kind, versions: versions,
      number: .experimenterMultipart(ExperimenterID.nicira, number, isReply: true), length: length)
  }

  private static let every: Versions = .v10 ... .v15
  private static let only10: Versions = .v10 ... .v10
  private static let empty = Length.exactly(0)
  private static let bytes = Length.from(0, unit: 1)
  private static let words = Length.from(0, unit: 8)

  private static let symmetric: [MessageForm] = [
    type(0, .hello, every, bytes),
    type(1, .error, every, .from(4, unit: 1)),
    type(2, .echoRequest, every, bytes),
    type(3, .echoReply, every, bytes),
  ]

  private static let session: [MessageForm] = [
    type(5, .featuresRequest, every, empty),
    type(6, .featuresReply, only10, .from(24, unit: 48)),
    type(6, .featuresReply, .v11 ... .v12, .from(24, unit: 64)),
    type(6, .featuresReply, .v13 ... .v15, .exactly(24)),
    type(7, .getConfigRequest, every, empty),
    type(8, .getConfigReply, every, .exactly(4)),
    type(9, .setConfig, every, .exactly(4)),
    type(18, .barrierRequest, only10, empty),
    type(20, .barrierRequest, .v11 ... .v15, empty),
    type(19, .barrierReply, only10, empty),
    type(21, .barrierReply, .v11 ... .v15, empty),
    type(24, .roleRequest, .v12 ... .v15, .exactly(16)),
    type(25, .roleReply, .v12 ... .v15, .exactly(16)),
    nicira(10, .niciraRoleRequest, every, .exactly(4)),
    nicira(11, .niciraRoleReply, every, .exactly(4)),
    type(30, .roleStatus, .v14 ... .v15, .from(16, unit: 8)),
    onf(1911, .onfRoleStatus, .from(16, unit: 8)),
    type(26, .getAsyncRequest, .v13 ... .v15, empty),
    type(27, .getAsyncReply, .v13 ... .v13, .exactly(24)),
    type(27, .getAsyncReply, .v14 ... .v15, words),
    type(28, .setAsync, .v13 ... .v13, .exactly(24)),
    type(28, .setAsync, .v14 ... .v15, words),
    nicira(19, .niciraSetAsync, every, .exactly(24)),
    nicira(27, .niciraSetAsync2, .v10 ... .v13, words),
    nicira(20, .setControllerID, every, .exactly(8)),
    nicira(12, .setFlowFormat, only10, .exactly(4)),
    nicira(16, .setPacketInFormat, every, .exactly(4)),
    nicira(15, .flowModTableID, every, .exactly(8)),
    nicira(18, .flowAge, every, empty),
  ]

  private static let asynchronous: [MessageForm] = [
    type(10, .packetIn, only10, .from(10, unit: 1)),
    type(10, .packetIn, .v11 ... .v11, .from(16, unit: 1)),
    type(10, .packetIn, .v12 ... .v12, .from(8, unit: 1)),
    type(10, .packetIn, .v13 ... .v15, .from(16, unit: 1)),
    nicira(17, .niciraPacketIn, every, .from(24, unit: 1)),
    nicira(30, .niciraPacketIn2, every, words),
    type(11, .flowRemoved, only10, .exactly(80)),
    type(11, .flowRemoved, .v11 ... .v14, .from(40, unit: 8)),
    type(11, .flowRemoved, .v15 ... .v15, .from(16, unit: 8)),
    nicira(14, .niciraFlowRemoved, every, .from(40, unit: 8)),
    type(12, .portStatus, only10, .exactly(56)),
    type(12, .portStatus, .v11 ... .v13, .exactly(72)),
    type(12, .portStatus, .v14 ... .v15, .from(48, unit: 8)),
    type(31, .tableStatus, .v14 ... .v15, .from(8, unit: 8)),
    type(32, .requestForward, .v14 ... .v15, .from(8, unit: 8)),
    onf(2350, .onfRequestForward, .from(8, unit: 8)),
    nicira(132, .niciraRequestForward, .v10 ... .v12, .from(8, unit: 8)),
    nicira(22, .flowMonitorPaused, .v10 ... .v12, empty),
    nicira(23, .flowMonitorResumed, .v10 ... .v12, empty),
    onf(1871, .onfFlowMonitorPaused, empty),
    onf(1872, .onfFlowMonitorResumed, empty),
  ]

  private static let changes: [MessageForm] = [
    type(13, .packetOut, only10, .from(8, unit: 1)),
    type(13, .packetOut, .v11 ... .v14, .from(16, unit: 1)),
    type(13, .packetOut, .v15 ... .v15, .from(8, unit: 1)),
    type(14, .flowMod, only10, .from(64, unit: 8)),
    type(14, .flowMod, .v11 ... .v15, .from(40, unit: 8)),
    nicira(13, .niciraFlowMod, every, .from(32, unit: 8)),
    type(15, .groupMod, .v11 ... .v14, .from(8, unit: 8)),
    type(15, .groupMod, .v15 ... .v15, .from(16, unit: 8)),
    nicira(31, .niciraGroupMod, only10, .from(16, unit: 8)),
    type(15, .portMod, only10, .exactly(24)),
    type(16, .portMod, .v11 ... .v13, .exactly(32)),
    type(16, .portMod, .v14 ... .v15, .from(24, unit: 8)),
    type(17, .tableMod, .v11 ... .v13, .exactly(8)),
    type(17, .tableMod, .v14 ... .v15, .from(8, unit: 8)),
    type(29, .meterMod, .v13 ... .v15, .from(8, unit: 8)),
    type(33, .bundleControl, .v14 ... .v15, .from(8, unit: 8)),
    onf(2300, .onfBundleControl, .from(8, unit: 8)),
    type(34, .bundleAdd, .v14 ... .v15, .from(8, unit: 1)),
    onf(2301, .onfBundleAdd, .from(8, unit: 1)),
    nicira(24, .tlvTableMod, every, .from(8, unit: 8)),
    nicira(25, .tlvTableRequest, every, empty),
    nicira(26, .tlvTableReply, every, .from(16, unit: 8)),
    nicira(28, .resume, every, words),
    nicira(29, .ctFlushZone, every, .exactly(8)),
    nicira(32, .ctFlush, every, .from(8, unit: 8)),
    nicira(21, .flowMonitorCancel, .v10 ... .v12, .exactly(4)),
    onf(1870, .onfFlowMonitorCancel, .exactly(4)),
    type(20, .queueGetConfigRequest, only10, .exactly(4)),
    type(22, .queueGetConfigRequest, .v11 ... .v13, .exactly(8)),
    type(21, .queueGetConfigReply, only10, .from(8, unit: 8)),
    type(23, .queueGetConfigReply, .v11 ... .v13, .from(8, unit: 8)),
  ]

  private static let standardStatistics: [MessageForm] = [
    ask(0, .descriptionRequest, every, empty),
    tell(0, .descriptionReply, every, .exactly(1056)),
    ask(1, .flowRequest, only10, .exactly(44)),
    ask(1, .flowRequest, .v11 ... .v15, .from(32, unit: 8)),
    tell(1, .flowReply, every, bytes),
    ask(2, .aggregateRequest, only10, .exactly(44)),
    ask(2, .aggregateRequest, .v11 ... .v15, .from(32, unit: 8)),
    tell(2, .aggregateReply, .v10 ... .v14, .exactly(24)),
    tell(2, .aggregateReply, .v15 ... .v15, words),
    ask(3, .tableRequest, every, empty),
    tell(3, .tableReply, only10, .from(0, unit: 64)),
    tell(3, .tableReply, .v11 ... .v11, .from(0, unit: 88)),
    tell(3, .tableReply, .v12 ... .v12, .from(0, unit: 128)),
    tell(3, .tableReply, .v13 ... .v15, .from(0, unit: 24)),
    ask(4, .portRequest, every, .exactly(8)),
    tell(4, .portReply, .v10 ... .v12, .from(0, unit: 104)),
    tell(4, .portReply, .v13 ... .v13, .from(0, unit: 112)),
    tell(4, .portReply, .v14 ... .v15, words),
    ask(5, .queueRequest, every, .exactly(8)),
    tell(5, .queueReply, .v10 ... .v12, .from(0, unit: 32)),
    tell(5, .queueReply, .v13 ... .v13, .from(0, unit: 40)),
    tell(5, .queueReply, .v14 ... .v15, words),
    ask(6, .groupRequest, .v11 ... .v15, .exactly(8)),
    tell(6, .groupReply, .v11 ... .v15, words),
    ask(7, .groupDescriptionRequest, .v11 ... .v14, empty),
    ask(7, .groupDescriptionRequest, .v15 ... .v15, .exactly(8)),
    tell(7, .groupDescriptionReply, .v11 ... .v15, words),
    ask(8, .groupFeaturesRequest, .v12 ... .v15, empty),
    tell(8, .groupFeaturesReply, .v12 ... .v15, .exactly(40)),
    ask(9, .meterRequest, .v13 ... .v15, .exactly(8)),
    tell(9, .meterReply, .v13 ... .v15, words),
    ask(10, .meterConfigRequest, .v13 ... .v15, .exactly(8)),
    tell(10, .meterConfigReply, .v13 ... .v15, words),
    ask(11, .meterFeaturesRequest, .v13 ... .v15, empty),
    tell(11, .meterFeaturesReply, .v13 ... .v15, .exactly(16)),
    ask(12, .tableFeaturesRequest, .v13 ... .v15, words),
    tell(12, .tableFeaturesReply, .v13 ... .v15, .from(64, unit: 8)),
    ask(13, .portDescriptionRequest, .v10 ... .v14, empty),
    ask(13, .portDescriptionRequest, .v15 ... .v15, .exactly(8)),
    tell(13, .portDescriptionReply, only10, .from(0, unit: 48)),
    tell(13, .portDescriptionReply, .v11 ... .v13, .from(0, unit: 64)),
    tell(13, .portDescriptionReply, .v14 ... .v15, words),
    ask(14, .tableDescriptionRequest, .v14 ... .v15, empty),
    tell(14, .tableDescriptionReply, .v14 ... .v15, .from(8, unit: 8)),
    ask(15, .queueDescriptionRequest, .v14 ... .v15, .exactly(8)),
    tell(15, .queueDescriptionReply, .v14 ... .v15, words),
    ask(16, .flowMonitorRequest, .v14 ... .v15, words),
    tell(16, .flowMonitorReply, .v14 ... .v15, words),
  ]

  private static let extensions: [MessageForm] = [
    askNicira(0, .niciraFlowRequest, only10, .from(8, unit: 8)),
    tellNicira(0, .niciraFlowReply, only10, bytes),
    askNicira(1, .niciraAggregateRequest, only10, .from(8, unit: 8)),
    tellNicira(1, .niciraAggregateReply, only10, .exactly(24)),
    askNicira(2, .niciraFlowMonitorRequest, .v10 ... .v12, words),
    tellNicira(2, .niciraFlowMonitorReply, .v10 ... .v12, words),
    askNicira(7, .niciraGroupRequest, only10, .exactly(8)),
    tellNicira(7, .niciraGroupReply, only10, words),
    askNicira(8, .niciraGroupDescriptionRequest, only10, .exactly(8)),
    tellNicira(8, .niciraGroupDescriptionReply, only10, words),
    askNicira(9, .niciraGroupFeaturesRequest, .v10 ... .v11, empty),
    tellNicira(9, .niciraGroupFeaturesReply, .v10 ... .v11, .exactly(40)),
    askNicira(3, .ipfixBridgeRequest, every, empty),
    tellNicira(3, .ipfixBridgeReply, every, .exactly(88)),
    askNicira(4, .ipfixFlowRequest, every, empty),
    tellNicira(4, .ipfixFlowReply, every, .from(0, unit: 88)),
    MessageForm(
      kind: .onfFlowMonitorRequest, versions: .v13 ... .v13,
      number: .experimenterMultipart(ExperimenterID.onf, 1870, isReply: false), length: words),
    MessageForm(
      kind: .onfFlowMonitorReply, versions: .v13 ... .v13,
      number: .experimenterMultipart(ExperimenterID.onf, 1870, isReply: true), length: words),
  ]
}
