/// Reads the messages of an IPFIX exporter, as a collector does. RFC 7011, section 3.
public struct IPFIXDecoder {
  /// A field of a template: the number of its element and its length, 65535 for a varying one.
  public struct Field: Hashable, Sendable {
    public var element: UInt16
    public var length: UInt16

    public init(element: UInt16, length: UInt16) {
      self.element = element
      self.length = length
    }
  }

  public struct Record: Hashable, Sendable {
    public var template: UInt16
    public var domain: UInt32
    /// The elements in their order, with their bytes.
    public var values: [(element: UInt16, bytes: [UInt8])] = []

    /// The first value of an element, as a number.
    public func number(_ element: UInt16) -> UInt64? {
      values.first { $0.element == element }.map { $0.bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    public static func == (a: Record, b: Record) -> Bool {
      a.template == b.template && a.domain == b.domain
        && a.values.elementsEqual(b.values) { $0.element == $1.element && $0.bytes == $1.bytes }
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(template)
      hasher.combine(domain)
    }
  }

  public struct Message: Hashable, Sendable {
    public var exportTime: UInt32
    public var sequence: UInt32
    public var domain: UInt32
    public var records: [Record] = []
    /// How many templates it had, those of options included.
    public var templateCount = 0
  }

  public struct Malformed: Error, CustomStringConvertible {
    public var description: String
  }

  /// By template.
  public private(set) var templates: [UInt16: [Field]] = [:]

  public init() {}

  public mutating func decode(_ bytes: [UInt8]) throws(Malformed) -> Message {
    var reader = Reader(bytes: bytes[...])
    guard try reader.number(2) == 10 else { throw Malformed(description: "no version 10") }
    guard try reader.number(2) == bytes.count else { throw Malformed(description: "another length") }
    var message = Message(
      exportTime: UInt32(try reader.number(4)), sequence: UInt32(try reader.number(4)),
      domain: UInt32(try reader.number(4)))
    while !reader.bytes.isEmpty {
      let id = UInt16(try reader.number(2))
      let length = try reader.number(2)
      guard length > 4 else { throw Malformed(description: "an empty set") }
      var set = Reader(bytes: try reader.run(length - 4))
      while !set.bytes.isEmpty {
        if id == 2 || id == 3 {
          try readTemplate(&set, isOption: id == 3)
          message.templateCount += 1
        } else {
          message.records.append(try readRecord(&set, id, message.domain))
        }
      }
    }
    return message
  }

  private mutating func readTemplate(_ reader: inout Reader, isOption: Bool) throws(Malformed) {
    let id = UInt16(try reader.number(2))
    let count = try reader.number(2)
    if isOption { _ = try reader.number(2) }
    var fields: [Field] = []
    for _ in 0..<count {
      let element = UInt16(try reader.number(2))
      fields.append(Field(element: element & 0x7fff, length: UInt16(try reader.number(2))))
      if element & 0x8000 != 0 { _ = try reader.number(4) }
    }
    templates[id] = fields
  }

  private func readRecord(
    _ reader: inout Reader, _ id: UInt16, _ domain: UInt32
  ) throws(Malformed) -> Record {
    guard let fields = templates[id] else { throw Malformed(description: "no template \(id)") }
    var record = Record(template: id, domain: domain)
    for field in fields {
      let length = field.length == .max ? try reader.number(1) : Int(field.length)
      record.values.append((field.element, Array(try reader.run(length))))
    }
    return record
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func run(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
      guard count <= bytes.count else { throw Malformed(description: "cut off") }
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count)
    }

    mutating func number(_ count: Int) throws(Malformed) -> Int {
      try run(count).reduce(0) { $0 << 8 | Int($1) }
    }
  }
}
