import Bytes
import Match

/// What a controller sends first: the few requests that `apus monitor` needs.
public enum ControllerMessage {
  /// Asks to be told of everything, with the first `missSendLength` bytes of frames that no rule matched.
  public static func setConfig(missSendLength: UInt16, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.setConfig, version: .v13, xid: xid) { writer in
      writer.write(UInt16(0))
      writer.write(missSendLength)
    }
  }
}
