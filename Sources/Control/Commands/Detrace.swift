import ControlProtocol
import Datapath
import Flow
import Pipeline

/// Puts below each line of a text that names a cookie the rules that have it.
enum Detrace: Command {
  static let name = "detrace"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let text = arguments.files[arguments[0]] else {
      throw CommandError("detrace: the text of '\(arguments[0])' is missing; apus reads the file")
    }
    let bridges = try transaction.runningBridges(arguments.optional(1))
    var output = ""
    var objects: [JSONValue] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      output += line + "\n"
      let indent = String(line.prefix { $0 == " " })
      var rules: [JSONValue] = []
      for cookie in cookies(in: line) {
        let found = bridges.flatMap { bridge in self.rules(with: cookie, on: bridge) }
        for rule in found { output += "\(indent)  * \(rule)\n" }
        if found.isEmpty { output += "\(indent)  * no rule has cookie 0x\(String(cookie, radix: 16)) now\n" }
        rules += found.map(JSONValue.string)
      }
      objects.append(["line": .string(String(line)), "rules": .array(rules)])
    }
    if text.hasSuffix("\n") || text.isEmpty {
      output.removeLast()
      objects.removeLast()
    }
    return Output(text: output, json: .array(objects))
  }

  /// The cookies that a line names, but 0, which says nothing: `cookie 0x2a`, `cookie=0x2a`, `cookie:42`.
  static func cookies(in line: some StringProtocol) -> [UInt64] {
    var result: [UInt64] = []
    var rest = line[...]
    while let found = rest.firstRange(of: "cookie") {
      rest = rest[found.upperBound...]
      guard let separator = rest.first, " =:".contains(separator) else { continue }
      let digits = rest.dropFirst().prefix { $0.isHexDigit || $0 == "x" }
      let value =
        digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits, radix: 10)
      if let value, value != 0, !result.contains(value) { result.append(value) }
    }
    return result
  }

  static func rules(with cookie: UInt64, on bridge: Bridge) -> [String] {
    let style = FlowDumpStyle(showsStatistics: true, showsAges: false)
    return bridge.flows(matching: .init(cookie: cookie, cookieMask: ~0)).map { rule in
      "\(bridge.name):\(rule.line(style))"
    }
  }
}

/// `ofproto/detrace`: the rules behind one cookie.
enum DetraceCookie: Command {
  static let name = "ofproto/detrace"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let cookie = Detrace.cookies(in: "cookie=\(arguments[0])").first else {
      throw CommandError("ofproto/detrace: COOKIE: '\(arguments[0])' is not a number from 1, such as 0x2a")
    }
    let bridges = try transaction.runningBridges(arguments.optional(1))
    return .lines(bridges.flatMap { Detrace.rules(with: cookie, on: $0) })
  }
}
