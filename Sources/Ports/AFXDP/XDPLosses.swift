import CLinux

extension ReceiveLosses {
  /// Adds what the kernel counted for one AF_XDP socket.
  ///
  /// The kernel's `rx_dropped` are frames that found no free chunk, which it counts once more by themselves, and frames
  /// that were longer than a chunk.
  mutating func add(_ statistics: xdp_statistics) {
    let withoutChunk = min(statistics.rx_fill_ring_empty_descs, statistics.rx_dropped)
    queueOverflows += statistics.rx_ring_full + withoutChunk
    tooLong += statistics.rx_dropped - withoutChunk
  }
}
