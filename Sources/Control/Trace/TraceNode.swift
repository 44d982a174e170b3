import ControlProtocol

/// A step of a trace as people read it, with what happened within it.
struct TraceNode: Equatable {
  enum Kind: Equatable {
    /// A bridge that the frame entered, by its name.
    case bridge(String)
    case table(Table)
    /// A heading of its own, such as that of the action set.
    case heading(String)
    /// One of the buckets of a group.
    case bucket(String)
    case action(String)
    /// What a step found out.
    case detail(String)
    /// Something that was not done, and why.
    case warning(String)
    /// The frame is given up.
    case error(String)
  }

  /// What a table had for the frame.
  struct Table: Equatable {
    var number: UInt8
    /// The rule's match; `nil` when no rule matched.
    var match: String?
    var priority: UInt16 = 0
    var cookie: UInt64 = 0
    /// Whether the table before sent the frame on to this one.
    var isNext = false
    /// Behind the rule: that it is gone meanwhile, or one of the switch's own.
    var remark: String?
  }

  var kind: Kind
  var children: [TraceNode] = []

  init(_ kind: Kind, _ children: [TraceNode] = []) {
    self.kind = kind
    self.children = children
  }
}

// MARK: Text

extension TraceNode {
  /// The lines of these steps, in Open vSwitch's layout: what is the last step of all needs no further
  /// indentation, so that a long chain of tables does not run out of the page.
  static func text(of nodes: [TraceNode], level: Int = 0) -> String {
    var text = ""
    for (i, node) in nodes.enumerated() {
      let isInner = i < nodes.count - 1 || node.isLeaf
      let indent = String(repeating: " ", count: 4 * (isInner ? level + 1 : level))
      if case .bridge = node.kind { text += "\n" }
      for line in node.lines { text += indent + line + "\n" }
      text += Self.text(of: node.children, level: isInner ? level + 2 : level)
    }
    return text
  }

  /// Whether it is indented wherever it stands.
  private var isLeaf: Bool {
    switch kind {
    case .bridge, .table, .heading: false
    case .bucket, .action, .detail, .warning, .error: true
    }
  }

  private var lines: [String] {
    switch kind {
    case .bridge(let name):
      let title = "bridge(\"\(name)\")"
      return [title, String(repeating: "-", count: title.utf8.count)]
    case .table(let table): return [table.line]
    case .heading(let text): return ["--. \(text):"]
    case .bucket(let name): return ["bucket \(name)"]
    case .action(let text): return [text]
    case .detail(let text): return [" -> \(text)"]
    case .warning(let text): return [" >> \(text)"]
    case .error(let text): return [" >>>> \(text) <<<<"]
    }
  }
}

extension TraceNode.Table {
  fileprivate var line: String {
    let place = (number < 10 ? " " : "") + "\(number). "
    guard let match else { return place + "No match." }
    var text = place + match + (match.isEmpty ? "" : ", ") + "priority \(priority)"
    if cookie != 0 { text += ", cookie 0x" + String(cookie, radix: 16) }
    return text + (remark.map { " (\($0))" } ?? "")
  }
}

// MARK: JSON

extension TraceNode {
  var json: JSONValue {
    var members: [String: JSONValue] = [:]
    switch kind {
    case .bridge(let name): members = ["type": "bridge", "name": .string(name)]
    case .table(let table): members = table.json
    case .heading(let text): members = ["type": "heading", "text": .string(text)]
    case .bucket(let name): members = ["type": "bucket", "name": .string(name)]
    case .action(let text): members = ["type": "action", "text": .string(text)]
    case .detail(let text): members = ["type": "detail", "text": .string(text)]
    case .warning(let text): members = ["type": "warning", "text": .string(text)]
    case .error(let text): members = ["type": "error", "text": .string(text)]
    }
    if !isLeaf || !children.isEmpty { members["steps"] = .array(children.map(\.json)) }
    return .object(members)
  }
}

extension TraceNode.Table {
  fileprivate var json: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "type": "table", "table": .count(number), "matched": .boolean(match != nil),
    ]
    guard let match else { return members }
    members["match"] = .string(match)
    members["priority"] = .count(priority)
    members["cookie"] = .string("0x" + String(cookie, radix: 16))
    if let remark { members["remark"] = .string(remark) }
    return members
  }
}
