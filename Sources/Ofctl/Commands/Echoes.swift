import Match
import OpenFlow

/// `probe TARGET`: whether the other side answers.
enum Probe: OfctlCommand {
  static let name = "probe"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    _ = try client.ask(Echo())
  }
}

/// `ping TARGET [BYTES]`: the times of ten echoes.
enum Ping: OfctlCommand {
  static let name = "ping"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let count = try Payload.byteCount(call.optional(1) ?? "64")
    var client = try OpenFlowClient(to: call[0], options: call.options)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<10 {
      let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let start = ContinuousClock.now
      guard let reply = try client.ask(Echo(data)).first else { continue }
      let time = start.duration(to: .now)
      let xid = Hexadecimal.text(reply.header.xid, digits: 8)
      call.line("\(reply.body.count) bytes from \(call[0]): xid=\(xid) time=\(Payload.milliseconds(time)) ms")
      call.console.flush()
      guard reply.header.type == 3, Array(reply.body) == data else {
        throw OfctlError(
          "\(call[0]): the echo differs from what was sent:\n\(MessagePrinter.text(of: reply.bytes))")
      }
    }
  }
}

/// `benchmark TARGET BYTES COUNT`: how long many echoes take.
enum Benchmark: OfctlCommand {
  static let name = "benchmark"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let byteCount = try Payload.byteCount(call[1])
    guard let count = Int(call[2]), (1...100_000_000).contains(count) else {
      throw OfctlError("COUNT: '\(call[2])' is not a number from 1 to 100000000")
    }
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let size = byteCount + OpenFlowHeader.byteCount
    call.line("Sending \(count) packets * \(size) bytes (with header) = \(count * size) bytes total")
    call.console.flush()
    let data = [UInt8](repeating: 0, count: byteCount)
    let start = ContinuousClock.now
    for _ in 0..<count { _ = try client.ask(Echo(data)) }
    let time = start.duration(to: .now)
    let seconds = time / .seconds(1)
    call.line(
      """
      Finished in \(Payload.milliseconds(time)) ms (\(Int((Double(count) / seconds).rounded())) packets/s) \
      (\(Int((Double(count * size) / seconds).rounded())) bytes/s)
      """)
  }
}

enum Payload {
  /// What fits behind a header.
  static func byteCount(_ text: String) throws(OfctlError) -> Int {
    let maximum = 65_535 - OpenFlowHeader.byteCount
    guard let count = Int(text), (0...maximum).contains(count) else {
      throw OfctlError("BYTES: '\(text)' is not a number from 0 to \(maximum)")
    }
    return count
  }

  /// With one decimal.
  static func milliseconds(_ time: Duration) -> String {
    let tenths = Int((time / .microseconds(100)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
