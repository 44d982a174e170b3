import ControlProtocol
import Match
import Pipeline
import Wire

/// Reads parts of a `PortImage` out of JSON.
struct ImageReader {
  /// What errors call the file.
  private let file: String

  init(_ file: String) { self.file = file == "-" ? "standard input" : file }

  func fault(_ member: String, _ reason: String) -> CommandError {
    CommandError("port-import: \(file): \(member) \(reason)")
  }

  func parse(_ text: String) throws(CommandError) -> JSONValue {
    do throws(MessageError) { return try JSONValue(parsing: text) } catch {
      throw CommandError("port-import: \(file): \(error)")
    }
  }

  func object(_ value: JSONValue, _ member: String) throws(CommandError) -> [String: JSONValue] {
    guard case .object(let members) = value else { throw fault(member, "is no object") }
    return members
  }

  /// An array; a missing one is empty.
  func array(_ value: JSONValue?, _ member: String) throws(CommandError) -> [JSONValue] {
    guard let value else { return [] }
    guard case .array(let elements) = value else { throw fault(member, "is no array") }
    return elements
  }

  func integer(_ value: JSONValue, _ member: String, in range: ClosedRange<Int>) throws(CommandError) -> Int {
    guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
      throw fault(member, "is not an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func addresses(_ value: JSONValue?) throws(CommandError) -> [PortImage.Address] {
    var result: [PortImage.Address] = []
    for element in try array(value, "fdb") {
      let members = try object(element, "fdb")
      guard case .string(let text)? = members["mac"], let mac = MACAddress(text), !mac.isMulticast,
        mac.rawValue != 0
      else { throw fault("fdb", "has an entry without a unicast address as 'mac'") }
      let vlan = UInt16(try integer(members["vlan"] ?? .null, "vlan of \(mac)", in: 0...4095))
      var age: Int?
      if let value = members["age"], value != .null {
        age = try integer(value, "age of \(mac)", in: 0...Int(Int32.max))
      }
      result.append(PortImage.Address(vlan: vlan, mac: mac, age: age))
    }
    return result
  }

  /// Counters by name; the others are none that there are.
  func counts(_ value: JSONValue?, _ member: String, names: [String]) throws(CommandError) -> [String: UInt64]
  {
    var result: [String: UInt64] = [:]
    for (name, value) in try object(value ?? [:], member) {
      guard names.contains(name) else {
        throw .unknown("counter", name, in: "port-import: \(file): \(member)", among: names)
      }
      result[name] = UInt64(try integer(value, "\(member): \(name)", in: 0...Int.max))
    }
    return result
  }

  func drops(_ value: JSONValue?, _ member: String) throws(CommandError) -> [DropReason: UInt64] {
    let counts = try counts(value, member, names: DropReason.allCases.map(\.name))
    var result: [DropReason: UInt64] = [:]
    for reason in DropReason.allCases { result[reason] = counts[reason.name] }
    return result
  }
}

extension JSONValue {
  /// As the value of a column is written on a command line.
  var columnText: String {
    switch self {
    case .null: ""
    case .string, .integer, .number, .boolean: text(isIndented: false)
    case .array(let elements): "[\(elements.map(\.columnText).joined(separator: ", "))]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map {
          "\(JSONValue.string($0.key).columnText)=\($0.value.columnText)"
        }
        .joined(separator: ", ") + "}"
    }
  }
}
