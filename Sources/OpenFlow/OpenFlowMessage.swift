public import Match

/// Any message, whoever sends it.
public enum OpenFlowMessage: Hashable, Sendable {
  /// What a controller sends; hellos and echoes are here, whichever side they come from.
  case request(OpenFlowRequest)
  /// What a switch sends, errors among it.
  case fromSwitch(SwitchMessage)

  /// Decodes a message of any version. `hasTableID` is whether NXT_FLOW_MOD_TABLE_ID is in force.
  public static func decode(
    _ frame: OpenFlowFrame, hasTableID: Bool = true
  ) throws(OpenFlowError) -> OpenFlowMessage {
    let head = try MessageHead(frame)
    if head.kind != .error, let request = try OpenFlowRequest(head, frame, hasTableID: hasTableID) {
      return .request(request)
    }
    guard let message = try SwitchMessage(head, frame) else {
      throw OpenFlowError(.badType, frame.bytes.prefix(16))
    }
    return .fromSwitch(message)
  }

  /// What the message says.
  public var payload: any MessagePayload {
    switch self {
    case .request(let request): request.payload
    case .fromSwitch(let message): message.payload
    }
  }
}
