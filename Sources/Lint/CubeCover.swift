/// Whether some rules together take every frame that another rule could take.
///
/// A rule's frames are a cube: bits that are fixed and bits that are free. The cube is cut at a bit that one of the
/// others fixes, and each half asked again, until one of the others holds a piece whole. Pieces that the others,
/// by their sizes, cannot fill are given up at once.
struct CubeCover {
  /// Mask and value of each word in turn, the same words for all.
  struct Cube {
    var masks: [UInt64]
    var values: [UInt64]

    func overlaps(_ other: Cube) -> Bool {
      var difference: UInt64 = 0
      for i in masks.indices { difference |= (values[i] ^ other.values[i]) & masks[i] & other.masks[i] }
      return difference == 0
    }

    /// How many bits this fixes that `other` leaves free.
    func bitCount(without other: Cube) -> Int {
      var count = 0
      for i in masks.indices { count += (masks[i] & ~other.masks[i]).nonzeroBitCount }
      return count
    }
  }

  enum Answer: Equatable {
    /// By these of the others, ascending.
    case covered(by: [Int])
    case notCovered
    /// It took too many steps to find out.
    case unknown
  }

  private let others: [Cube]
  private var used: Set<Int> = []
  private var budget: WorkBudget

  /// - Parameters:
  ///   - steps: comparisons of two cubes at most.
  ///   - budget: what they are taken from.
  static func answer(_ cube: Cube, _ others: [Cube], steps: Int, _ budget: inout WorkBudget) -> Answer {
    var search = CubeCover(others: others, budget: WorkBudget(steps))
    let isCovered = search.isCovered(cube, by: Array(others.indices))
    _ = budget.spend(steps - max(0, search.budget.left))
    if search.budget.isSpent { return .unknown }
    return isCovered ? .covered(by: search.used.sorted()) : .notCovered
  }

  private init(others: [Cube], budget: WorkBudget) {
    self.others = others
    self.budget = budget
  }

  private mutating func isCovered(_ cube: Cube, by candidates: [Int]) -> Bool {
    guard budget.spend(candidates.count) else { return false }
    let near = candidates.filter { others[$0].overlaps(cube) }
    var size = 0.0
    var nearest: (place: Int, bits: Int)?
    for place in near {
      let bits = others[place].bitCount(without: cube)
      if bits == 0 {
        used.insert(place)
        return true
      }
      size += Self.share(ofBits: bits)
      if bits < nearest?.bits ?? .max { nearest = (place, bits) }
    }
    // Sums of a few powers of two are exact enough.
    guard size > 0.999_999, let nearest else { return false }
    let (zero, one) = Self.halves(of: cube, at: others[nearest.place])
    return isCovered(zero, by: near) && isCovered(one, by: near)
  }

  /// The share of a cube that another one takes which fixes that many bits more.
  static func share(ofBits bits: Int) -> Double {
    bits > 1_000 ? 0 : 1 / Double(sign: .plus, exponent: bits, significand: 1)
  }

  /// Cut at the first bit that `other` fixes and `cube` does not.
  private static func halves(of cube: Cube, at other: Cube) -> (Cube, Cube) {
    var (zero, one) = (cube, cube)
    for i in cube.masks.indices {
      let free = other.masks[i] & ~cube.masks[i]
      guard free != 0 else { continue }
      let bit = free & (~free &+ 1)
      zero.masks[i] |= bit
      one.masks[i] |= bit
      one.values[i] |= bit
      break
    }
    return (zero, one)
  }
}
