import Match
import OpenFlow
import TestKit

/// What is wrong with how a recorded message is read, printed and written; nothing is for a good one.
enum CorpusCheck {
  /// The text at all five verbosities.
  static func text(_ message: GoldenMessage) -> String? {
    for verbosity in (0...4).reversed() {
      let ours = MessagePrinter.text(of: message.bytes, style: .init(verbosity: verbosity))
      let real = message.text(verbosity: verbosity)
      if ours != real { return "\(message)\n  at verbosity \(verbosity) real:\n\(real)  ours:\n\(ours)" }
    }
    return nil
  }

  /// What Open vSwitch has sent is written as it was. What was built by hand may hold bits that mean nothing: it
  /// is written as something that reads the same.
  static func bytes(_ message: GoldenMessage) -> String? {
    guard let version = OpenFlowVersion(rawValue: message.version), let frame = frame(message.bytes) else {
      return "\(message): not a frame"
    }
    do {
      let decoded = try OpenFlowMessage.decode(frame)
      var again = decoded.payload.encode(version: version, xid: frame.header.xid)
      if case .request(.flowMod(let mod)) = decoded, message.kind == MessageKind.niciraFlowMod.rawValue {
        // A flow mod does not say in which of two forms it came.
        again = FlowModMessage(mod, form: .init(isNicira: true)).encode(
          version: version, xid: frame.header.xid)
      }
      if message.kind.contains("ST_"), message.kind.hasSuffix("reply"), again.count >= 12 {
        // That more is to come is known to whoever sends all of it.
        again.replaceSubrange(10..<12, with: message.bytes[10..<12])
      }
      if again == message.bytes { return nil }
      if message.source == .handmade, MessagePrinter.text(of: again) == MessagePrinter.text(of: message.bytes)
      {
        return nil
      }
      return "\(message)\n  real: \(hex(message.bytes))\n  ours: \(hex(again))"
    } catch {
      return "\(message): \(error)"
    }
  }

  /// Decodes and prints whatever `bytes` are; that it returns is all there is to say.
  static func survives(_ bytes: [UInt8]) {
    guard let frame = frame(bytes) else { return }
    _ = try? OpenFlowMessage.decode(frame)
    _ = MessagePrinter.text(of: bytes, style: .init(verbosity: 4))
  }

  /// The frame that `bytes` begin with.
  static func frame(_ bytes: [UInt8]) -> OpenFlowFrame? {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    return try? splitter.next()
  }

  /// `bytes` cut to `count`, and saying so.
  static func cut(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    var result = Array(bytes[..<count])
    if count >= 4 { result.replaceSubrange(2..<4, with: [UInt8(count >> 8), UInt8(count & 255)]) }
    return result
  }
}
