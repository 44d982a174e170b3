import Bytes
import Wire

/// The internet checksum over headers, frames and what large receive offload makes.
func checksumSuite() {
  for size in [20, 64, 256, 1460, 9000, 65_515] {
    let count = max(1000, 20_000_000 / size)
    part("checksum: \(size) bytes", operations: count) {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      return {
        for _ in 0..<count { blackHole(InternetChecksum.sum(bytes.rawSpan)) }
      }
    }
  }
}
