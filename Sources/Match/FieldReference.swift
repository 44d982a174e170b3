/// The field table as text for people: what a terminal lists, and a page of documentation.
public enum FieldReference {
  /// One line for each field or run of numbered fields, in columns.
  public static var listing: String {
    let rows = [["NAME", "BITS", "MASK", "ACCESS", "NEEDS", "ALIASES"]] + entries.map(\.columns)
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// All there is to know about `field`, one fact a line.
  public static func description(of field: Field) -> String {
    let entry = Entry(field, field)
    var text = "\(field.name): \(entry.bits) bits, \(entry.mask), \(entry.access)\n"
    if !field.aliases.isEmpty { text += "  also called  \(field.aliases.joined(separator: ", "))\n" }
    text += "  written as   \(field.format.summary)\n"
    text += "  needs        \(entry.needs)\n"
    for form in field.wireForms { text += "  on the wire  \(form.summary)\n" }
    if field.wireForms.isEmpty { text += "  on the wire  nothing: no message can name it\n" }
    return text
  }

  /// The page of documentation, in Markdown.
  public static var markdown: String {
    var text = """
      # Match fields

      Every field that a rule can match, and every one that an action can write. Names, widths, masks and wire
      identifiers are those of Open vSwitch (ovs-fields(7)). `apus list-fields` prints the short form.

      - **Mask**: `any` takes `value/mask` with any bits in the mask, `no` takes whole values only.
      - **Access**: `rw` fields can be written by `set_field`, `load` and `move`; `ro` fields cannot.
      - **Needs**: what a match must say besides, so that frames have the field.
      - **On the wire**: class and name, number, and the first version of OpenFlow with it; without a version all of
        them take it. A message of a version is written with the last name that the version has.

      | Name | Also | Bits | Mask | Access | Written as | Needs | On the wire |
      |---|---|---|---|---|---|---|---|

      """
    for entry in entries { text += entry.row }
    return text
  }

  private static var entries: [Entry] {
    var entries: [Entry] = []
    for field in Field.all {
      if let last = entries.last, last.continues(with: field) {
        entries[entries.count - 1].last = field
      } else {
        entries.append(Entry(field, field))
      }
    }
    return entries
  }
}

/// Fields of consecutive numbers that differ in nothing else, or one field.
private struct Entry {
  var first: Field
  var last: Field

  init(_ first: Field, _ last: Field) {
    self.first = first
    self.last = last
  }

  func continues(with field: Field) -> Bool {
    func stem(_ name: String) -> Substring {
      name.prefix { !$0.isNumber }
    }
    guard first.hasNumber, field.hasNumber, stem(field.name) == stem(first.name) else { return false }
    return field.bits == first.bits
      && field.wireForms.first?.prefix == first.wireForms.first?.prefix
  }

  var isRange: Bool { first != last }
  var name: String { isRange ? "\(first.name)-\(last.name)" : first.name }
  var bits: String { first.hasVariableLength ? "up to \(first.bits)" : String(first.bits) }
  var mask: String { first.maskRule == .any ? "any mask" : "no mask" }
  var access: String { first.isWritable ? "rw" : "ro" }
  var aliases: [String] {
    isRange ? zip(first.aliases, last.aliases).map { "\($0)-\($1)" } : first.aliases
  }
  var needs: String {
    first.prerequisite == .none ? "nothing" : first.prerequisite.spellings.joined(separator: " or ")
  }

  var columns: [String] {
    [
      name, bits, first.maskRule == .any ? "any" : "no", access, first.prerequisite == .none ? "-" : needs,
      aliases.joined(separator: ", "),
    ]
  }

  /// A row of the table in Markdown.
  var row: String {
    let code: (String) -> String = { "`\($0)`" }
    let needs =
      first.prerequisite == .none
      ? "" : first.prerequisite.spellings.map(code).joined(separator: " or ")
    let forms = zip(first.wireForms, last.wireForms).map { isRange ? $0.summary(to: $1) : $0.summary }
    let cells = [
      code(name), aliases.map(code).joined(separator: " "), bits, first.maskRule == .any ? "any" : "no",
      access,
      first.format.summary, needs, forms.joined(separator: ", "),
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }
}

extension Field {
  /// Whether the field is one of several that are told apart by a number: `reg0`, not `ipv6_src`.
  fileprivate var hasNumber: Bool {
    guard let last = name.last, last.isNumber else { return false }
    return true
  }
}

extension Field.WireForm {
  fileprivate var prefix: Substring { name.prefix { !$0.isNumber } }
  private var number: Int { Int(header.rawValue >> 9 & 0x7f) }
  private var version: String { since.map { " since \($0.number)" } ?? "" }

  fileprivate var summary: String { "\(name) (\(number))\(version)" }

  fileprivate func summary(to last: Field.WireForm) -> String {
    "\(name)-\(last.name) (\(number)-\(last.number))\(version)"
  }
}

extension OpenFlowVersion {
  /// `1.3`.
  fileprivate var number: String { "1.\(rawValue - 1)" }
}

extension Field.Format {
  fileprivate var summary: String {
    switch self {
    case .decimal: "decimal"
    case .hexadecimal, .tci: "hexadecimal"
    case .mac: "Ethernet address"
    case .ipv4: "IPv4 address, mask or prefix length"
    case .ipv6: "IPv6 address, mask or prefix length"
    case .port, .widePort: "port number or name"
    case .fragment: "no, yes, first, later, not_later"
    case .tcpFlags: "+syn-ack or syn\u{2502}ack"
    case .connectionState: "+est+trk or est\u{2502}trk"
    case .tunnelFlags: "+oam or -oam"
    case .packetType: "(namespace,type)"
    }
  }
}
