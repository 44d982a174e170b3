import Benchmark
import Glibc
import MallocCounter

/// What is to be done again and again, made once before it is measured.
typealias Work = () -> Void

/// A benchmark of `operations` equal things that each call of the work does.
///
/// It measures the processor time of the process, all threads together, and counts its allocations. Unless `allocates`
/// says that it may, an allocation is an error: nothing for a frame is taken from the heap.
func part(_ name: String, operations: Int, allocates: Bool = false, make: @escaping () throws -> Work) {
  var made: Work?
  Benchmark(
    name,
    configuration: .init(
      metrics: [.processorTime, .allocations], warmupIterations: 1, maxDuration: .seconds(isCheck ? 1 : 2),
      maxIterations: isCheck ? 3 : 20, thresholds: [.allocations: .init(absolute: [.p90: 0])])
  ) { benchmark in
    let work: Work
    if let made {
      work = made
    } else {
      work = try make()
      made = work
      // What is made at the first time, is.
      work()
    }
    let allocations = malloc_counter()
    let start = processorNanoseconds
    work()
    let end = processorNanoseconds
    let taken = Int(malloc_counter() - allocations)
    benchmark.measurement(.processorTime, Int((end - start) * 1000) / operations)
    benchmark.measurement(.allocations, taken)
    if taken > 0, !allocates {
      benchmark.error("\(taken) allocations for \(operations) operations; there are to be none")
    }
  }
}

extension BenchmarkMetric {
  /// In picoseconds, so that what takes a few nanoseconds has digits.
  static let processorTime = BenchmarkMetric.custom(
    "CPU time of one (ps)", polarity: .prefersSmaller, useScalingFactor: false)
  static let allocations = BenchmarkMetric.custom(
    "Allocations (of all)", polarity: .prefersSmaller, useScalingFactor: false)
}

/// Whether only allocations are of interest, and not time.
private var isCheck: Bool { unsafe getenv("APUS_BENCHMARK_CHECK") != nil }

private var processorNanoseconds: UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
