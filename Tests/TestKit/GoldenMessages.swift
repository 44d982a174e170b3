// Files are read through streams that are closed in the same function; the path is a C string for one call.

import Glibc

/// A message of the corpus in Tests/Golden/openflow, and what Open vSwitch prints for it.
public struct GoldenMessage: Sendable {
  /// Where it comes from. The head of each file says more.
  public enum Source: String, CaseIterable, Sendable {
    case sent, asynchronous, handmade, errors, actions
    /// What Open vSwitch cannot decode: it has a text, but nothing to encode again.
    case malformed
  }

  public var source: Source
  /// The version in the header: 1 for OpenFlow 1.0, 6 for 1.5.
  public var version: UInt8
  /// The kind as Open vSwitch names it, such as `OFPST_FLOW reply`.
  public var kind: String
  /// What it shows, such as the command that made it.
  public var label: String
  public var isToController: Bool
  public var bytes: [UInt8]
  fileprivate var texts: [Int: String] = [:]

  /// What `ovs-ofctl ofp-print HEX VERBOSITY` prints.
  ///
  /// A record has the text that is printed when none is given, then from verbosity 3 down each text that differs from
  /// the one before. 4 prints what 3 does.
  public func text(verbosity: Int = 2) -> String {
    texts.filter { $0.key >= min(verbosity, 3) }.min { $0.key < $1.key }?.value ?? ""
  }
}

extension GoldenMessage: CustomStringConvertible {
  public var description: String { "1.\(version - 1) \(source.rawValue) [\(kind): \(label)]" }
}

extension GoldenMessage {
  /// Every record, in the order of the files.
  public static let all: [GoldenMessage] = Source.allCases.flatMap { source in
    (1...6).flatMap { version in load(source, UInt8(version)) }
  }

  /// Those of one source that both sides understand or both refuse.
  public static func all(from sources: [Source]) -> [GoldenMessage] {
    all.filter { sources.contains($0.source) }
  }

  /// Above every verbosity: the key of what is printed when none is given.
  private static var byDefault: Int { 4 }

  private static func load(_ source: Source, _ version: UInt8) -> [GoldenMessage] {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let path = "/\(tests)/Golden/openflow/\(source.rawValue)-1.\(version - 1).txt"
    var found: [GoldenMessage] = []
    for line in read(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("[") {
        let parts = text.dropFirst().dropLast().split(separator: ": ", maxSplits: 1)
        found.append(
          GoldenMessage(
            source: source, version: version, kind: String(parts.first ?? ""),
            label: String(parts.dropFirst().first ?? ""), isToController: false, bytes: []))
      } else if text.hasPrefix("#") || found.isEmpty {
        continue
      } else if text.hasPrefix("to ") {
        found[found.count - 1].isToController = text == "to controller"
      } else if let mark = text.firstIndex(of: ">"), let verbosity = Int("0" + text[..<mark]) {
        let level = mark == text.startIndex ? byDefault : verbosity
        found[found.count - 1].texts[level, default: ""] += text[text.index(after: mark)...] + "\n"
      } else {
        found[found.count - 1].bytes += TestKit.bytes(text)
      }
    }
    return found
  }

  private static func read(_ path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "r") else { return [] }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    unsafe fclose(file)
    return bytes
  }
}
