import Benchmark

/// Everything that `tools/benchmark` runs. Each suite is a file; README.md says what it guards.
let benchmarks: @Sendable () -> Void = {
  parseSuite()
  classifierSuite()
  routeSuite()
  fdbSuite()
  checksumSuite()
  segmentationSuite()
  flowCacheSuite()
  actionSuite()
  pathSuite()
}
