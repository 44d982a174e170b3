import Glibc
import Synchronization

/// The parts for their allocations alone: the program of `tools/benchmark --check`. It needs nothing but the switch, and is
/// built with it.
///
///     apus-allocations [PATTERN]     those whose names contain it; ends with 1 when something allocates for a frame
@main enum Allocations {
  /// What of a name is looked for.
  fileprivate static let pattern = CommandLine.arguments.dropFirst().first ?? ""
  /// How often the work of a part is looked at.
  fileprivate static let rounds = 3
  fileprivate static let count = Atomic(0)
  fileprivate static let complaints = Atomic(0)

  static func main() {
    allSuites()
    let (all, bad) = (count.load(ordering: .relaxed), complaints.load(ordering: .relaxed))
    print("\(all) parts, \(bad) of them take memory from the heap for a frame")
    exit(all > 0 && bad == 0 ? 0 : 1)
  }
}

/// Looks at a part, and says what is wrong with it.
func benchmark(_ name: String, operations: Int, allocates: Bool, measure: () throws -> Measurement) {
  guard Allocations.pattern.isEmpty || name.contains(Allocations.pattern) else { return }
  Allocations.count.add(1, ordering: .relaxed)
  do {
    for _ in 0..<Allocations.rounds {
      let taken = try measure().allocations
      guard let complaint = complaint(about: taken, of: operations, allocates: allocates) else { continue }
      Allocations.complaints.add(1, ordering: .relaxed)
      return print("\(name): \(complaint)")
    }
  } catch {
    Allocations.complaints.add(1, ordering: .relaxed)
    print("\(name): \(error)")
  }
}
