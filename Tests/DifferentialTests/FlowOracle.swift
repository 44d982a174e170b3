import OVSOracle

/// What the real `ovs-ofctl` makes of many texts.
enum FlowOracle {
  enum Verdict: Equatable {
    /// The line that it prints behind the transaction number, and the format that it chose for the message.
    case printed(String, format: String)
    case refused(String)
    /// The text is fine; no format that was allowed can carry it.
    case noFormat
  }

  /// `ovs-ofctl OPTIONS parse-flows` on rules in which there is neither `#` nor a line end, and something else
  /// than blanks.
  static func parseFlows(_ texts: [String], options: [String] = []) -> [Verdict] {
    var verdicts = [Verdict](repeating: .noFormat, count: texts.count)
    for start in stride(from: 0, to: texts.count, by: 64) {
      judge(Array(start..<min(start + 64, texts.count)), of: texts, options, &verdicts)
    }
    return verdicts
  }

  /// A file stops at its first error, which names the line: that one is done, the others are tried again.
  private static func judge(
    _ indices: [Int], of texts: [String], _ options: [String], _ verdicts: inout [Verdict]
  ) {
    var indices = indices
    while !indices.isEmpty {
      let path = OVSOfctl.temporaryFile(holding: indices.map { texts[$0] + "\n" }.joined())
      defer { OVSOfctl.unlink(path) }
      let (output, succeeded) = OVSOfctl.run(options + ["parse-flows", path])
      let lines = output.split(separator: "\n")
      if succeeded {
        let format = lines.lazy.compactMap { $0.trimmingPrefix("chosen protocol: ", in: $0) }.first ?? ""
        let printed = lines.filter { $0.contains("FLOW_MOD") && $0.contains("(xid=") }
        if printed.count == indices.count {
          for (index, line) in zip(indices, printed) {
            let text = line.firstRange(of: "): ").map { line[$0.upperBound...] } ?? line
            verdicts[index] = .printed(String(text), format: format)
          }
          return
        }
      }
      if let (line, reason) = lines.lazy.compactMap({ refusal($0, path) }).first,
        indices.indices.contains(line - 1)
      {
        verdicts[indices.remove(at: line - 1)] = .refused(reason)
      } else if indices.count == 1 {
        verdicts[indices[0]] = .noFormat
        return
      } else {
        judge(Array(indices[..<(indices.count / 2)]), of: texts, options, &verdicts)
        indices = Array(indices[(indices.count / 2)...])
      }
    }
  }

  /// `ovs-ofctl: PATH:7: reason`.
  private static func refusal(_ line: Substring, _ path: String) -> (line: Int, reason: String)? {
    guard let range = line.firstRange(of: path + ":") else { return nil }
    let parts = line[range.upperBound...].split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]) else { return nil }
    return (number, String(parts[1].drop { $0 == " " }))
  }
}

extension Substring {
  fileprivate func trimmingPrefix(_ prefix: String, in line: Substring) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
