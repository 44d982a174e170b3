/// Finds the number of the port that has a name.
public typealias PortLookup = (String) -> PortNumber?

/// Finds the name of a port, for output with names.
public typealias PortNaming = (PortNumber) -> String?

extension PortNumber {
  /// Reserved ports as OpenFlow names them.
  public static let reservedNames: [(name: String, port: PortNumber)] = [
    ("UNSET", .unset), ("IN_PORT", .inPort), ("TABLE", .table), ("NORMAL", .normal), ("FLOOD", .flood),
    ("ALL", .all), ("CONTROLLER", .controller), ("LOCAL", .local), ("ANY", .none), ("NONE", .none),
  ]

  /// A number up to 65535, a reserved port's name in any case, its number in 32 bits (OpenFlow 1.1 and later,
  /// 0xfffffff8 to 0xffffffff), or a name that `ports` knows, in double quotes if it has special characters.
  ///
  /// - Throws: `FlowSyntaxError` when `text` is none of that.
  public static func parse(
    _ text: borrowing Span<UInt8>, at offset: Int, of subject: String, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) -> PortNumber {
    if let number = NumberText.parse(text) {
      if number <= 0xffff { return PortNumber(rawValue: UInt16(number)) }
      if 0xffff_fff8...0xffff_ffff ~= number { return PortNumber(rawValue: UInt16(number & 0xffff)) }
      throw FlowSyntaxError(
        .outOfRange(of: subject, value: String(copying: text), allowed: 0...0xffff), at: offset)
    }
    let name = String(copying: text)
    if name.isEmpty { throw FlowSyntaxError(.missingValue(of: subject, expected: "a port"), at: offset) }
    if name.hasPrefix("\"") {
      if let name = unquoted(name), let port = ports(name) { return port }
      throw FlowSyntaxError(.unknown(kind: "port", name: name, nearest: nil), at: offset)
    }
    if let port = ports(name) { return port }
    let upper = name.uppercased()
    if let reserved = reservedNames.first(where: { $0.name == upper }) { return reserved.port }
    let nearest = nearestName(to: name, among: reservedNames.lazy.map(\.name))
    throw FlowSyntaxError(.unknown(kind: "port", name: name, nearest: nearest), at: offset)
  }

  /// The same for a part of a string.
  public static func parse(
    _ text: Substring, at offset: Int, of subject: String, ports: PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) -> PortNumber {
    try parse(text.utf8.span, at: offset, of: subject, ports: ports)
  }

  /// What stands in a JSON string; of the escapes of RFC 8259 those of one letter are read.
  private static func unquoted(_ text: String) -> String? {
    guard text.utf8.count >= 2, text.hasSuffix("\"") else { return nil }
    var name = ""
    var isEscaped = false
    for character in text.dropFirst().dropLast() {
      switch (isEscaped, character) {
      case (false, "\\"): isEscaped = true
      case (false, "\""): return nil
      case (false, _): name.append(character)
      case (true, "\""), (true, "\\"), (true, "/"):
        name.append(character)
        isEscaped = false
      case (true, _): return nil
      }
    }
    return isEscaped ? nil : name
  }
}

extension PortNumber: CustomStringConvertible {
  /// A reserved port's name, else the number.
  public var description: String {
    Self.reservedNames.first { $0.port == self }?.name ?? String(rawValue)
  }

  /// The port's name if there is one, in double quotes unless it is a letter followed by letters and digits;
  /// else as `description`.
  public func described(by names: PortNaming) -> String {
    guard let name = names(self) else { return description }
    let isPlain = name.utf8.enumerated().allSatisfy { i, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): i > 0
      default: false
      }
    }
    let isReserved = Self.reservedNames.contains { $0.name == name.uppercased() }
    if isPlain && !isReserved && !name.isEmpty { return name }
    var quoted = "\""
    for character in name {
      if character == "\"" || character == "\\" { quoted += "\\" }
      quoted.append(character)
    }
    return quoted + "\""
  }
}
