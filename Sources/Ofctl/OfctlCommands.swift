/// Every command of this client.
enum OfctlCommands {
  static let all: [any OfctlCommand.Type] = [
    ParseActions.self, ParseInstructions.self, ParseMatch10.self, ParseNXMatch.self, ParseNXM.self,
    ParseOXM.self, CheckVLAN.self, ComposePacket.self, ParsePacket.self, ParsePcap.self, PrintError.self,
    EncodeErrorReply.self, ParseKeyValue.self, ListFields.self,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  static func named(_ name: String) -> (any OfctlCommand.Type)? { byName[name] }
}
