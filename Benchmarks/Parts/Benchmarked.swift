import Benchmark

/// Everything that `tools/benchmark` runs.
let benchmarks: @Sendable () -> Void = allSuites

/// Measures a part some twenty times.
func benchmark(
  _ name: String, operations: Int, allocates: Bool, measure: @escaping () throws -> Measurement
) {
  Benchmark(
    name,
    configuration: .init(
      metrics: [.processorTime, .allocations], warmupIterations: 1, maxDuration: .seconds(2),
      maxIterations: 20, thresholds: [.allocations: .init(absolute: [.p90: 0])])
  ) { benchmark in
    let taken = try measure()
    benchmark.measurement(.processorTime, Int(taken.nanoseconds * 1000) / operations)
    benchmark.measurement(.allocations, taken.allocations)
    if let complaint = complaint(about: taken.allocations, of: operations, allocates: allocates) {
      benchmark.error(complaint)
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
