import Match

/// Which of a table's rules lie in prefix trees, and which in subtables, or that they are compared one after the other.
///
/// # Theory
/// Up to `LinearRules.limit` rules are compared. The other structures are kept beside it, as the next rule may be one too many.
///
/// A tree takes as many steps as its longest prefix has bytes, subtables one for each length: rules move to a tree when
/// there are more lengths than steps, and back when there are less than half as many. What moves is as much work as there
/// are rules, so that is looked at only after as many changes as there are rules, by half: each change pays for a
/// few rules that move, and none takes long unless as many came before it.
///
/// Tables with parts of conjunctive matches have subtables only, as each mask is asked for all of its rules there.
public struct TableStructure: Equatable, Sendable {
  /// Rules that are compared one after the other; then there is nothing else.
  public var compared = 0
  /// Rules in subtables, and how many of those there are.
  public var rules = 0
  public var masks = 0
  /// The prefix trees: the field, how many rules, and of how many lengths.
  public var trees: [Tree] = []

  public init() {}

  public struct Tree: Equatable, Sendable {
    public var field: String
    public var rules: Int
    public var lengths: Int
  }

  /// After how many changes a new table is looked at.
  static var firstLook: Int { 8 }
}

extension TableStructure: CustomStringConvertible {
  /// `9000 rules by prefix of nw_dst (25 lengths), 2 by hash (2 masks)`
  public var description: String {
    var parts = trees.map { ($0.rules, "by prefix of \($0.field) (\(Self.count($0.lengths, "length")))") }
    if compared > 0 { parts.append((compared, "one after the other")) }
    if masks > 0 || parts.isEmpty { parts.append((rules, "by hash (\(Self.count(masks, "mask")))")) }
    return parts.enumerated().map { i, part in
      "\(i == 0 ? Self.count(part.0, "rule") : String(part.0)) \(part.1)"
    }.joined(separator: ", ")
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension FlowClassifier {
  /// What the table is made of.
  public var structure: TableStructure {
    var result = TableStructure()
    guard linear.count == 0 else {
      result.compared = linear.count
      return result
    }
    result.masks = subtables.count
    for i in 0..<subtables.count { result.rules += subtables[i].count }
    for i in 0..<treeCount {
      let tree = unsafe TableStructure.Tree(
        field: trees[i].field.name, rules: trees[i].ruleCount, lengths: trees[i].members.count)
      result.trees.append(tree)
    }
    return result
  }

  /// Makes a handful of rules ready to be compared.
  mutating func linearize() {
    guard count <= LinearRules.limit, softCount == 0 else {
      if linear.count > 0 { linear.removeAll() }
      return
    }
    var rules: [(rule: Rule, mask: Mask)] = []
    forEach { rules.append(($0, $1)) }
    linear.set(rules)
  }

  /// Looks whether other structures would suit the rules better.
  mutating func look() {
    changes = 0
    changesToLook = max(TableStructure.firstLook, count / 2)
    guard softCount == 0 else { return }
    for i in (0..<treeCount).reversed() where unsafe trees[i].members.count * 2 < trees[i].depth {
      giveUpTree(i)
    }
    for field in PrefixField.all { makeTree(field) }
    rankTrees()
  }

  /// Makes a tree for the prefixes of a field if there are many lengths with the same rest.
  private mutating func makeTree(_ field: PrefixField) {
    for i in 0..<treeCount where unsafe trees[i].field == field { return }
    var lengths: [Mask: [Int]] = [:]
    for i in 0..<subtables.count {
      guard let parts = field.split(subtables[i].mask) else { continue }
      lengths[parts.rest, default: []].append(parts.length)
    }
    let most = lengths.values.map(\.count).max() ?? 0
    // Of several the one whose rules come first, so that both copies of a table choose alike.
    var chosen: Mask?
    for i in (0..<subtables.count).reversed() {
      if let rest = field.split(subtables[i].mask)?.rest, lengths[rest]?.count == most { chosen = rest }
    }
    guard let rest = chosen, let found = lengths[rest], found.count > PrefixTree.depth(found) else { return }
    var tree = PrefixTree(field: field, rest: rest)
    for i in (0..<subtables.count).reversed() {
      guard let length = tree.length(of: subtables[i].mask) else { continue }
      tree.add(subtables.remove(at: i), length: length)
    }
    unsafe (trees + treeCount).initialize(to: tree)
    treeCount += 1
  }

  /// Puts a new subtable where it belongs.
  mutating func place(_ subtable: consuming Subtable) {
    for i in 0..<treeCount {
      guard let length = unsafe trees[i].length(of: subtable.mask) else { continue }
      unsafe trees[i].add(subtable, length: length)
      return rankTrees()
    }
    subtables.moveUp(subtables.append(subtable))
    rankTrees()
  }

  mutating func giveUpTrees() {
    while treeCount > 0 { giveUpTree(treeCount - 1) }
  }

  /// Precondition: `index` is below `treeCount`.
  mutating func giveUpTree(_ index: Int) {
    var tree = unsafe (trees + index).move()
    unsafe (trees + index).moveInitialize(from: trees + index + 1, count: treeCount - index - 1)
    treeCount -= 1
    while let subtable = tree.giveUpMember() { subtables.moveUp(subtables.append(subtable)) }
  }

  /// Brings the trees into the order of their highest priorities and finds their places among the subtables.
  mutating func rankTrees() {
    for i in 0..<treeCount {
      var j = i
      while j > 0, unsafe trees[j - 1].maximumPriority < trees[j].maximumPriority {
        let spare = unsafe (trees + j).move()
        unsafe (trees + j).moveInitialize(from: trees + j - 1, count: 1)
        unsafe (trees + j - 1).initialize(to: spare)
        j -= 1
      }
    }
    var rank = 0
    for i in 0..<treeCount {
      while rank < subtables.count, unsafe subtables[rank].maximumPriority > trees[i].maximumPriority {
        rank += 1
      }
      unsafe trees[i].rank = rank
    }
  }
}
