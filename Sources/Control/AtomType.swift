import Agent
import Match
import Wire

/// What a single value of a column, or of a key of a map, may be.
enum AtomType: Equatable, Sendable {
  case integer(ClosedRange<Int>)
  case boolean
  /// One of these words.
  case word([String])
  /// A unicast MAC address; kept in lower case.
  case mac
  /// 1 to 16 hexadecimal digits, with or without `0x`, not all 0; kept as 16 digits.
  case datapathID
  /// `tcp:192.0.2.1:6653`.
  case controller
  /// `192.0.2.1:4739`.
  case collector
  /// `peer`, or the number of a process.
  case owner
  /// The name of a record of that table, or an ID that a command line gives to one: `@p`.
  case record(String)
  case text

  /// The value that `text` spells.
  /// - Parameter subject: what the value is for, to start the message with: `Port p1: tag`.
  func parse(_ text: String, subject: String) throws(CommandError) -> Atom {
    switch self {
    case .integer(let range):
      guard let value = Int(text), range.contains(value) else {
        throw refusal(of: text, "an integer from \(range.lowerBound) to \(range.upperBound)", subject)
      }
      return .integer(value)
    case .boolean:
      guard text == "true" || text == "false" else { throw refusal(of: text, "true or false", subject) }
      return .boolean(text == "true")
    case .word(let words):
      guard words.contains(text) else {
        let hint = nearestName(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
        let list = words.filter { !$0.isEmpty }.joined(separator: ", ")
        throw refusal(of: text, "one of \(list)\(hint)", subject)
      }
      return .string(text)
    case .mac:
      guard let address = MACAddress(text), !address.isMulticast, address.rawValue != 0 else {
        throw refusal(of: text, "a unicast MAC address such as 02:00:00:00:00:01", subject)
      }
      return .string(address.description)
    case .datapathID:
      let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
      guard digits.count <= 16, !digits.hasPrefix("+"), let value = UInt64(digits, radix: 16), value != 0
      else {
        throw refusal(of: text, "1 to 16 hexadecimal digits, not all 0", subject)
      }
      return .string(hexadecimal(value, digits: 16))
    case .controller:
      do throws(ControllerTargetError) {
        return .string(try ControllerTarget(text).description)
      } catch {
        throw CommandError("\(subject): \(error.message)")
      }
    case .owner:
      guard let owner = PortOwner(text) else {
        throw refusal(of: text, "'peer' or the number of a process", subject)
      }
      return .string(owner.description)
    case .collector: return .string(try CollectorTarget(text, subject: subject).description)
    case .record(let table):
      guard !text.isEmpty, !text.utf8.contains(0) else {
        throw refusal(of: text, "the name of a record of \(table)", subject)
      }
      // These have no names.
      guard table != Table.ipfix.rawValue || text.hasPrefix("@") || RecordID(text) != nil else {
        throw refusal(of: text, "the UUID of a record of \(table)", subject)
      }
      return .string(text)
    case .text:
      guard !text.utf8.contains(0) else { throw refusal(of: text, "a text without NUL", subject) }
      return .string(text)
    }
  }

  private func refusal(of text: String, _ expected: String, _ subject: String) -> CommandError {
    CommandError("\(subject): '\(text)' is not \(expected)")
  }
}

/// `value` in lower case with leading zeros.
func hexadecimal(_ value: UInt64, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
