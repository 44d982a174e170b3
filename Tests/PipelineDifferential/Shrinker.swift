/// Makes a case smaller as long as something of the same kind disagrees: drops frames, rules, groups and actions, many at
/// once at first, one by one in the end.
struct Shrinker {
  /// Whether the case still shows what is looked for.
  let isInteresting: (Case) throws -> Bool

  func shrunk(_ start: Case) throws -> Case {
    var best = start
    for _ in 0..<3 {
      let before = best
      try drop(\.steps, in: &best)
      try dropFrames(&best)
      try drop(\.rules, in: &best)
      try drop(\.groups, in: &best)
      try drop(\.meters, in: &best)
      try dropActions(&best)
      try dropTerms(&best)
      try resetPorts(&best)
      try dropMirrors(&best)
      if before.size == best.size { break }
    }
    return best
  }

  private func keep(_ candidate: Case, in best: inout Case) throws -> Bool {
    guard try isInteresting(candidate) else { return false }
    best = candidate
    return true
  }

  /// Drops halves, quarters and so on of a list.
  private func drop<T>(_ path: WritableKeyPath<Case, [T]>, in best: inout Case) throws {
    var size = (best[keyPath: path].count + 1) / 2
    while size > 0, !best[keyPath: path].isEmpty {
      var start = 0
      while start < best[keyPath: path].count {
        var candidate = best
        let end = min(start + size, candidate[keyPath: path].count)
        candidate[keyPath: path].removeSubrange(start..<end)
        if try !keep(candidate, in: &best) { start += size }
      }
      size /= 2
    }
  }

  private func dropFrames(_ best: inout Case) throws {
    for place in best.steps.indices {
      guard case .frames(let port, let frames) = best.steps[place] else { continue }
      var current = frames
      var size = (current.count + 1) / 2
      while size > 0, current.count > 1 {
        var start = 0
        while start < current.count, current.count > 1 {
          var fewer = current
          fewer.removeSubrange(start..<min(start + size, fewer.count))
          var candidate = best
          candidate.steps[place] = .frames(port, fewer)
          if try !fewer.isEmpty && keep(candidate, in: &best) { current = fewer } else { start += size }
        }
        size /= 2
      }
    }
  }

  private func dropActions(_ best: inout Case) throws {
    for place in best.rules.indices {
      var index = best.rules[place].actions.count
      while index > 0 {
        index -= 1
        var candidate = best
        candidate.rules[place].actions.remove(at: index)
        _ = try keep(candidate, in: &best)
      }
    }
  }

  /// Terms of matches: what others need stays, for without it the rule is not understood.
  private func dropTerms(_ best: inout Case) throws {
    for place in best.rules.indices {
      var terms = best.rules[place].match.split(separator: ",")
      var index = terms.count
      while index > 0 {
        index -= 1
        // Without it rules may come to share one, and which of them counts is not defined.
        if terms[index].hasPrefix("priority=") { continue }
        var fewer = terms
        fewer.remove(at: index)
        var candidate = best
        candidate.rules[place].match = fewer.joined(separator: ",")
        if try keep(candidate, in: &best) { terms = fewer }
      }
    }
  }

  private func dropMirrors(_ best: inout Case) throws {
    for bridge in best.layout.mirrors.keys.sorted() {
      var place = best.layout.mirrors[bridge]?.count ?? 0
      while place > 0 {
        place -= 1
        var candidate = best
        candidate.layout.mirrors[bridge]?.remove(at: place)
        if candidate.layout.mirrors[bridge]?.isEmpty == true { candidate.layout.mirrors[bridge] = nil }
        _ = try keep(candidate, in: &best)
      }
    }
  }

  private func resetPorts(_ best: inout Case) throws {
    for port in best.layout.settings.keys.sorted() {
      var candidate = best
      candidate.layout.settings[port] = nil
      _ = try keep(candidate, in: &best)
    }
  }
}

extension Case {
  /// How much there is to read.
  fileprivate var size: Int {
    rules.reduce(0) { $0 + 1 + $1.actions.count + $1.match.utf8.count } + groups.count + meters.count
      + steps.count
      + frameCount + layout.settings.count + layout.mirrors.values.reduce(0) { $0 + $1.count }
  }
}
