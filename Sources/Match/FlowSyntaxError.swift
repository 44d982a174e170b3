/// Why a flow text was refused, in words for whoever typed it.
public struct FlowSyntaxError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    /// There is no `kind` ("field", "action", ...) called `name`; `nearest` is a known name much like it.
    case unknown(kind: String, name: String, nearest: String?)
    case missingValue(of: String, expected: String)
    case unexpectedValue(of: String)
    /// `expected` completes "not ...", for instance "an IPv4 address".
    case badValue(of: String, value: String, expected: String)
    case outOfRange(of: String, value: String, allowed: ClosedRange<UInt64>)
    case maskNotAllowed(of: String)
    /// The match must say one of `anyOf` as well.
    case missingPrerequisite(of: String, anyOf: [String])
    /// Demands what contradicts an earlier demand.
    case conflict(of: String, with: String)
    case repeated(String)
    case notAllowed(String, because: String)
    case missing(String, because: String)
    /// Every word is right, but they do not go together; the string is the whole message.
    case inconsistent(String)
  }

  public var reason: Reason
  /// Bytes from the start of the whole text to the fault.
  public var offset: Int

  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension FlowSyntaxError: CustomStringConvertible {
  /// One line, without the place.
  public var description: String {
    switch reason {
    case .unknown(let kind, let name, let nearest?): "unknown \(kind) '\(name)'; did you mean '\(nearest)'?"
    case .unknown(let kind, let name, nil): "unknown \(kind) '\(name)'"
    case .missingValue(let subject, let expected): "\(subject): a value is missing; expected \(expected)"
    case .unexpectedValue(let subject): "\(subject) takes no value"
    case .badValue(let subject, let value, let expected): "\(subject): '\(value)' is not \(expected)"
    case .outOfRange(let subject, let value, let allowed):
      "\(subject): \(value) is out of range (\(allowed.lowerBound) to \(allowed.upperBound))"
    case .maskNotAllowed(let subject): "\(subject) takes no mask"
    case .missingPrerequisite(let subject, let names):
      "\(subject) needs \(Self.alternatives(names)) in the match as well"
    case .conflict(let subject, let other): "\(subject) contradicts \(other)"
    case .repeated(let subject): "\(subject) is given twice"
    case .notAllowed(let subject, let because): "\(subject) is not allowed \(because)"
    case .missing(let subject, let because): "\(subject) is missing: \(because)"
    case .inconsistent(let message): message
    }
  }

  /// The message, then `text`, then a line with `^` under the fault. `text` is what was parsed, in one line.
  public func caret(in text: String) -> String { "\(self)\n\(Self.pointer(at: offset, in: text))" }

  /// `text` and a line with `^` under the byte at `offset`, both indented by two.
  public static func pointer(at offset: Int, in text: String) -> String {
    let end = text.utf8.index(text.startIndex, offsetBy: offset, limitedBy: text.endIndex) ?? text.endIndex
    let padding = String(text[..<end].map { $0 == "\t" ? "\t" : " " })
    return "  \(text)\n  \(padding)^"
  }

  /// "a", "a or b", "a, b or c".
  private static func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}
