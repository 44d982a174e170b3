/// All suites. Each is a file; README.md says what it guards.
func allSuites() {
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
