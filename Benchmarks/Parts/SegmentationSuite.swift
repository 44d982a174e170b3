import Bytes
import Ports

/// TCP frames of 64 KiB for a port without segmentation offload: they are cut and summed in software.
func segmentationSuite() {
  for size in [536, 1448, 8948] {
    part("gso: 64 KiB of TCP in segments of \(size)", operations: 100) {
      var pool = PacketPool(capacity: PacketBatch.capacity + 1)
      let payload = 65_000
      let holder = Packets([Frames.tcp(count: payload)], &pool)
      let pools = PoolHolder(pool)
      let frame = holder.packets[0]
      frame.offload.flags = OffloadHeader.Flags.needsChecksum
      frame.offload.gsoType = OffloadHeader.GSO.tcp4
      frame.offload.headerLength = 54
      frame.offload.segmentSize = UInt16(size)
      frame.offload.checksumStart = 34
      frame.offload.checksumOffset = 16
      return {
        for _ in 0..<100 {
          guard var segmenter = Segmenter(frame) else { preconditionFailure("not a frame to be cut") }
          var isDone = false
          while !isDone {
            if case .done = segmenter.next(into: &pools.batch, from: &pools.pool) { isDone = true }
            for i in 0..<pools.batch.count { pools.pool.give(pools.batch[i]) }
            pools.batch.removeAll()
          }
        }
      }
    }
  }
}
