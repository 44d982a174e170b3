/// In which order the frames of many flows come.
enum FlowOrder {
  /// One after the other.
  case inTurn
  /// All of them in an order that looks random, again and again, as a capture of each has them.
  case shuffled
  /// Each as likely as any other.
  case uniform
  /// The first flow most often, the n-th in proportion to 1/n: a few talk much, many little.
  case zipf
  /// Each frame is of a flow that was never seen before.
  case new

  var name: String {
    switch self {
    case .inTurn: "in turn"
    case .shuffled: "shuffled"
    case .uniform: "uniform"
    case .zipf: "Zipf"
    case .new: "all new"
    }
  }
}

/// Numbers of flows, one frame after the other.
struct FlowSequence {
  private let order: FlowOrder
  private let count: UInt32
  private var next: UInt32 = 0
  private var random: UInt64 = 0x9e37_79b9_7f4a_7c15
  /// Flows in the order drawn, gone through again and again: drawing by Zipf's law costs more than a frame.
  private let drawn: [UInt32]

  init(_ order: FlowOrder, count: Int) {
    self.order = order
    self.count = UInt32(count)
    if case .shuffled = order {
      drawn = (0..<self.count).shuffled()
      return
    }
    guard case .zipf = order else {
      drawn = []
      return
    }
    var sums: [Double] = []
    var sum = 0.0
    for rank in 1...count {
      sum += 1 / Double(rank)
      sums.append(sum)
    }
    var generator = SystemRandomNumberGenerator()
    drawn = (0..<(1 << 20)).map { _ in
      let wanted = Double.random(in: 0..<sum, using: &generator)
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] < wanted { low = middle + 1 } else { high = middle }
      }
      return UInt32(low)
    }
  }

  mutating func draw() -> UInt32 {
    switch order {
    case .inTurn:
      next = next + 1 == count ? 0 : next + 1
      return next
    case .shuffled:
      next = next + 1 == count ? 0 : next + 1
      return drawn[Int(next)]
    case .uniform:
      // Xorshift: Marsaglia, 2003.
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return UInt32(truncatingIfNeeded: (random >> 32).multipliedFullWidth(by: UInt64(count) << 32).high)
    case .zipf:
      next = (next &+ 1) & (1 << 20 - 1)
      return drawn[Int(next)]
    case .new:
      next = next &+ 1
      return next
    }
  }
}
