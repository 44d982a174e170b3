/// The gauges of all ports: frames of one port that find nothing, because each of them is of a new flow, are no reason
/// to look no more for those of others. Ports whose numbers are alike in the last six bits share one.
///
/// # Memory
/// One allocation by `init`, freed by `deinit`; numbers of gauges are taken modulo their count.
@safe struct CacheGauges: ~Copyable {
  private static var count: Int { 64 }

  private let gauges: UnsafeMutablePointer<CacheGauge>
  private var number = 0

  init() {
    unsafe gauges = .allocate(capacity: Self.count)
    unsafe gauges.initialize(repeating: CacheGauge(), count: Self.count)
  }

  deinit { unsafe gauges.deallocate() }

  /// That of the port whose batch it is.
  var current: CacheGauge {
    @inline(__always) _read { yield unsafe gauges[number] }
    @inline(__always) nonmutating _modify { yield unsafe &gauges[number] }
  }

  @inline(__always)
  mutating func begin(of count: Int, from port: PortIndex) -> Bool {
    number = port.value & (Self.count - 1)
    return current.beginBatch(of: count)
  }

  func forEach(_ body: (CacheGauge) -> Void) { for i in 0..<Self.count { unsafe body(gauges[i]) } }
}

extension FlowCacheStatistics {
  mutating func add(_ gauges: borrowing CacheGauges) {
    gauges.forEach { gauge in
      lookups += gauge.totalLookups
      hits += gauge.totalHits
      probes += gauge.totalProbes
      isAside = isAside || gauge.isAside
    }
  }
}
