import Glibc

/// Runs levels for as long as it may, and says what it found.
final class Runner {
  private let arguments: Arguments
  private let levels: [any Level.Type]
  private let bench: Bench
  private let clock = ContinuousClock()

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    levels =
      arguments.levels.isEmpty
      ? Levels.all.filter { $0.isActive }
      : try arguments.levels.map { name in
        guard let level = Levels.all.first(where: { $0.name == name }) else {
          let names = Levels.all.map { $0.name }.joined(separator: ", ")
          throw OracleFault("there is no level '\(name)'; there are \(names)")
        }
        return level
      }
    bench = try Bench(directory: arguments.directory)
  }

  /// Whether both switches agreed.
  func run() throws -> Bool {
    print("seed \(arguments.seed)")
    var isFine = true
    for level in levels where try !run(level) { isFine = false }
    for (place, count) in bench.known.sorted(by: { $0.key < $1.key }) {
      print("known, \(count) times: \(KnownDisagreement.all[place].reason)")
    }
    return isFine
  }

  /// What came of a level's cases: so that nobody takes for agreement that nothing happened.
  private struct Tally {
    var cases = 0
    var frames = 0
    var rules = 0
    var takenRules = 0
    var usedRules = 0
    var sent = 0
    /// Seeds of cases of which Open vSwitch ended: nothing is known of them.
    var ended: [UInt64] = []
  }

  private func run(_ level: any Level.Type) throws -> Bool {
    let start = clock.now
    let budget = arguments.budget.map { Duration.seconds(Double($0) / Double(levels.count)) }
    var tally = Tally()
    var found = 0
    while found < arguments.limit {
      if let count = arguments.count, tally.cases >= count { break }
      if let budget, clock.now - start >= budget { break }
      let seed = arguments.seed &+ UInt64(tally.cases)
      var dice = Dice(seed: seed)
      let subject = level.makeCase(dice: &dice)
      let result: Bench.Result
      do { result = try bench.run(subject) } catch is Bench.HasEnded {
        tally.cases += 1
        tally.ended.append(seed)
        continue
      } catch {
        throw OracleFault("\(level.name), seed \(seed): \(error)")
      }
      tally.cases += 1
      tally.frames += subject.frameCount
      tally.rules += subject.rules.count
      tally.takenRules += subject.rules.count - result.real.refusedRules.count
      tally.usedRules += result.real.counters.values.reduce(0) { $0 + $1.count { $0.packets > 0 } }
      tally.sent += result.real.frames.values.reduce(0) { $0 + $1.count }
      guard let first = result.disagreements.first else { continue }
      found += 1
      print("=== \(level.name), seed \(seed): \(result.disagreements.count) disagreements")
      // Whole even when what follows goes wrong.
      fflush(nil)
      do {
        let small = try bench.shrunk(result.prepared.original, like: first)
        print(Report.text(small, try bench.run(small), on: bench))
      } catch is Bench.HasEnded { print("Open vSwitch has ended when this was made smaller") }
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(level.name): \(tally.cases) cases, \(tally.frames) frames, \(tally.sent) sent; \(tally.rules) rules, "
        + "\(tally.takenRules) taken, \(tally.usedRules) used; \(found) cases disagree; "
        + "\(Int(Double(tally.cases) / seconds)) cases/s, \(Int(Double(tally.frames) / seconds)) frames/s")
    if !tally.ended.isEmpty {
      print(
        "\(level.name): \(tally.ended.count) cases left out, of which Open vSwitch ended: seeds \(tally.ended)"
      )
    }
    return found == 0
  }
}
