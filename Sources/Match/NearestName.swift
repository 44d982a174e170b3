/// The one of `names` that `text` is most likely a misspelling of, or `nil` when none is close: at most one edit
/// for each three letters, and at least one. An edit inserts, removes or replaces a letter or swaps two
/// neighbours; case does not count. Of equally near names the first one is taken.
public func nearestName(to text: some StringProtocol, among names: some Sequence<String>) -> String? {
  let wanted = Array(text.lowercased().utf8)
  var best: String?
  var limit = max(1, wanted.count / 3)
  for name in names {
    let distance = editDistance(wanted, Array(name.lowercased().utf8))
    guard distance < limit || (distance == limit && best == nil) else { continue }
    best = name
    limit = distance
  }
  return best
}

/// Edits between two words when no letter is edited twice ("optimal string alignment"): the classic table,
/// of which three rows are kept.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
      row.append(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.count]
}
