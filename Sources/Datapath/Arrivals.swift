import Bytes
import Classifier
import Match
import Pipeline

/// The keys of a receive batch's frames as they arrived, and where their headers are. A frame knows by
/// `Packet.origin` which one is its.
///
/// # Memory
/// Keys and layouts for 32 frames, freed by `deinit`; an origin is taken modulo 32.
@safe struct Arrivals: ~Copyable {
  let keys = KeyBatch.allocate()
  private let layouts: UnsafeMutablePointer<FrameLayout>

  init() {
    unsafe layouts = .allocate(capacity: PacketBatch.capacity)
    for i in 0..<PacketBatch.capacity {
      unsafe (layouts + i).initialize(to: FrameLayout())
    }
  }

  deinit {
    keys.deallocate()
    unsafe layouts.deallocate()
  }

  /// Reads the frame's headers. `false` when it is malformed; its addresses are there even then if they are whole.
  @inline(__always)
  func read(_ packet: Packet, inPort: UInt16) -> Bool {
    let i = packet.origin & 31
    let isWhole = unsafe keys[i].fill(from: packet.bytes, layout: &layouts[i])
    keys[i][FlowKey.Word.ingress] = FlowKey.ingress(inPort)
    return isWhole
  }

  /// A key of which only the port is right. Until a frame is read.
  @inline(__always)
  func key(ofPort inPort: UInt16) -> KeyReference {
    keys[0][FlowKey.Word.ingress] = FlowKey.ingress(inPort)
    return keys[0]
  }

  @inline(__always)
  func key(_ origin: Int) -> KeyReference { keys[origin] }

  @inline(__always)
  func layout(_ origin: Int) -> FrameLayout { unsafe layouts[origin & 31] }
}
