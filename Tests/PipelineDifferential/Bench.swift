import Glibc

/// Both switches, and what is known of where they differ.
final class Bench {
  private let directory: String
  private var real: OpenVSwitch
  /// How often each known disagreement was met, by its place in the list.
  private(set) var known: [Int: Int] = [:]

  init(directory: String) throws {
    self.directory = directory
    real = try OpenVSwitch(directory: directory)
  }

  /// Open vSwitch has ended of a case; another one is there for the next.
  struct HasEnded: Error {}

  /// What both make of a case.
  struct Result {
    let prepared: Prepared
    let real: Outcome
    let ours: Outcome
    /// Those that are not known.
    var disagreements: [Disagreement]
  }

  /// Runs a case on both; if they disagree, again without what is known to differ.
  func run(_ original: Case) throws -> Result {
    var subject = original
    var result = explained(try compare(subject))
    for (place, difference) in KnownDisagreement.all.enumerated()
    where !result.disagreements.isEmpty && difference.mayExplain(result.disagreements) {
      let rest = difference.without(subject)
      guard rest != subject else { continue }
      // What is left may no longer be understood.
      let next: Result
      do { next = explained(try compare(rest)) } catch is OracleFault { continue }
      if next.disagreements.count < result.disagreements.count { known[place, default: 0] += 1 }
      (subject, result) = (rest, next)
    }
    return result
  }

  /// A result without disagreements whose reason is known.
  private func explained(_ result: Result) -> Result {
    var result = result
    let subject = result.prepared.original
    result.disagreements.removeAll { disagreement in
      var places: [Int] = []
      if case .frames(_, let real, let ours) = disagreement, real.count == ours.count {
        guard let found = reasons(for: real, ours, of: subject) else { return false }
        places = found
      } else {
        let place = KnownDisagreement.all.firstIndex { $0.explains(disagreement, subject) }
        guard let place else { return false }
        places.append(place)
      }
      for place in places { known[place, default: 0] += 1 }
      return true
    }
    return result
  }

  /// The places of the reasons why frames that left are others; `nil` when one has none. Where their order is not
  /// defined, frames of which both have the same are no matter, and each of the others may be any of the other switch's.
  private func reasons(for real: [[UInt8]], _ ours: [[UInt8]], of subject: Case) -> [Int]? {
    var (theirs, own) = (real, ours)
    if subject.isOrdered {
      let pairs = zip(real, ours).filter { $0 != $1 }
      (theirs, own) = (pairs.map(\.0), pairs.map(\.1))
    } else {
      for frame in real {
        guard let twin = own.firstIndex(of: frame), let place = theirs.firstIndex(of: frame) else { continue }
        own.remove(at: twin)
        theirs.remove(at: place)
      }
    }
    var places: [Int] = []
    for frame in theirs {
      var place: Int?
      let candidates = subject.isOrdered ? own.indices.prefix(1) : own.indices
      let twin = candidates.first { candidate in
        place = KnownDisagreement.all.firstIndex { $0.explainsFrame(frame, own[candidate], subject) }
        return place != nil
      }
      guard let twin, let place else { return nil }
      own.remove(at: twin)
      places.append(place)
    }
    return places
  }

  private func compare(_ subject: Case) throws -> Result {
    let prepared = try Prepared(subject)
    let real = try runReal(prepared)
    let ours = try Apus.run(prepared)
    return Result(
      prepared: prepared, real: real, ours: ours,
      disagreements: Disagreement.between(real: real, ours: ours, ordered: subject.isOrdered))
  }

  /// - Throws: `HasEnded` when Open vSwitch ends of it.
  private func runReal(_ prepared: Prepared) throws -> Outcome {
    do { return try real.run(prepared) } catch {
      if real.isAlive { throw error }
      for attempt in 1... {
        usleep(100_000)
        do {
          real = try OpenVSwitch(directory: directory)
          break
        } catch  where attempt < 200 {}
      }
      throw HasEnded()
    }
  }

  /// A smaller case that disagrees in the same kind of thing.
  func shrunk(_ original: Case, like disagreement: Disagreement) throws -> Case {
    let shrinker = Shrinker { candidate in
      // Without something that it needs a rule or group is not understood.
      guard let result = try? self.run(candidate) else { return false }
      return result.disagreements.contains { $0.kind == disagreement.kind }
    }
    return try shrinker.shrunk(original)
  }

  func trace(_ frame: [UInt8], from port: PortName) -> String {
    (try? real.trace(frame, from: port)) ?? "no trace"
  }
}

extension Disagreement {
  /// Disagreements of one kind may have one cause.
  fileprivate var kind: Int {
    switch self {
    case .refusal: 0
    case .frames: 1
    case .counter: 2
    case .packetIns: 3
    }
  }
}
