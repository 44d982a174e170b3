import Glibc

/// Colours for dumps of flows on a terminal. The environment's `OVS_COLORS`, `ac=01;31:dr=34:...`, changes them.
struct FlowColors {
  private let isOn: Bool
  private var codes: [String: String] = [
    "ac": "1;31", "dr": "34", "le": "31", "pm": "36", "pr": "35", "sp": "33", "vl": "32",
  ]

  init(for call: OfctlCall) {
    switch call.options.color {
    case .always: isOn = true
    case .never: isOn = false
    case .automatic: isOn = call.console.isTerminal
    }
  }

  /// Words that stand out among the others that have a value.
  private static let special: Set<String> = [
    "table", "priority", "load", "output", "move", "group", "CONTROLLER", "set_field", "resubmit", "exit",
  ]

  /// Words of a rule that are not part of its match.
  private static let flags: Set<String> = [
    "send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts",
  ]

  /// The same text with every flow in it in colour; other lines are left as they are.
  func painted(_ text: String) -> String {
    guard isOn else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix(" ") ? paintedFlow(line) : String(line)
    }.joined(separator: "\n")
  }

  private func paintedFlow(_ line: Substring) -> String {
    var result = ""
    var word = ""
    var isInActions = false
    var isValue = false
    for character in line + " " {
      switch character {
      case "=", ":", "(":
        if isValue || word.isEmpty {
          result += word + String(character)
        } else {
          result += paint(word + String(character), as: role(of: word, before: character, isInActions))
        }
        if word == "actions", character == "=" { isInActions = true } else { isValue = character != "(" }
        word = ""
      case ",", " ", ")":
        if isValue || word.isEmpty {
          result += word
        } else {
          result += paint(word, as: lone(word, isInActions))
        }
        result.append(character)
        word = ""
        isValue = false
      default: word.append(character)
      }
    }
    return String(result.dropLast())
  }

  private func role(of word: String, before character: Character, _ isInActions: Bool) -> String {
    if word == "actions" { return "ac" }
    if word == "learn" { return "le" }
    if Self.special.contains(word) { return "sp" }
    return isInActions && character != "=" ? "pr" : "pm"
  }

  private func lone(_ word: String, _ isInActions: Bool) -> String {
    if word == "drop" { return "dr" }
    if word == "exit" { return "sp" }
    if Self.flags.contains(word) { return "" }
    return isInActions ? "" : "vl"
  }

  private func paint(_ text: String, as role: String) -> String {
    guard let code = codes[role] else { return text }
    return "\u{1b}[\(code)m\u{1b}[K\(text)\u{1b}[m\u{1b}[K"
  }
}
