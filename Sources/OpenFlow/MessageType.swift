import Match

/// `OFPT_*`: message types by number. OpenFlow 1.0 section 5.1; 1.3.5 section A.1.
enum MessageType {
  // The same in both versions
  static var hello: UInt8 { 0 }
  static var error: UInt8 { 1 }
  static var echoRequest: UInt8 { 2 }
  static var echoReply: UInt8 { 3 }
  static var experimenter: UInt8 { 4 }
  static var featuresRequest: UInt8 { 5 }
  static var featuresReply: UInt8 { 6 }
  static var getConfigRequest: UInt8 { 7 }
  static var getConfigReply: UInt8 { 8 }
  static var setConfig: UInt8 { 9 }
  static var packetIn: UInt8 { 10 }
  static var flowRemoved: UInt8 { 11 }
  static var portStatus: UInt8 { 12 }
  static var packetOut: UInt8 { 13 }
  static var flowMod: UInt8 { 14 }

  // 1.3 put OFPT_GROUP_MOD in at 15, and all that follow moved.
  static var groupMod13: UInt8 { 15 }
  static func portMod(_ version: OpenFlowVersion) -> UInt8 { version == .v10 ? 15 : 16 }
  static var tableMod13: UInt8 { 17 }
  static func multipartRequest(_ version: OpenFlowVersion) -> UInt8 { version == .v10 ? 16 : 18 }
  static func multipartReply(_ version: OpenFlowVersion) -> UInt8 { version == .v10 ? 17 : 19 }
  static func barrierRequest(_ version: OpenFlowVersion) -> UInt8 { version == .v10 ? 18 : 20 }
  static func barrierReply(_ version: OpenFlowVersion) -> UInt8 { version == .v10 ? 19 : 21 }

  // 1.3 only
  static var roleRequest13: UInt8 { 24 }
  static var roleReply13: UInt8 { 25 }
  static var getAsyncRequest13: UInt8 { 26 }
  static var getAsyncReply13: UInt8 { 27 }
  static var setAsync13: UInt8 { 28 }
  static var meterMod13: UInt8 { 29 }
}

/// `NXT_*`: subtypes of Nicira's experimenter messages.
enum NiciraType {
  static var roleRequest: UInt32 { 10 }
  static var roleReply: UInt32 { 11 }
  static var setFlowFormat: UInt32 { 12 }
  static var flowMod: UInt32 { 13 }
  static var flowRemoved: UInt32 { 14 }
  static var flowModTableID: UInt32 { 15 }
  static var setPacketInFormat: UInt32 { 16 }
  static var packetIn: UInt32 { 17 }
  static var setAsyncConfig: UInt32 { 19 }
  static var setControllerID: UInt32 { 20 }
  static var packetIn2: UInt32 { 30 }
}
