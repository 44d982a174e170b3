import Bytes
import Match
import Pipeline

/// The worker's part of live traces: the frames of the batch at hand that somebody wants to see.
struct WatchedFrames {
  private let watches: FrameWatches
  /// Whether any frame is wanted. Asked once a batch.
  private(set) var isOn = false
  private var wanted: [FrameWatches.Watch] = []
  /// Frames of the batch that are wanted, with their place in it.
  private var pending: [(origin: Int, frame: WatchedFrame)] = []

  init(_ watches: FrameWatches) { self.watches = watches }

  mutating func beginBatch() {
    isOn = watches.isOn
    if isOn { wanted = watches.all.filter { $0.count > 0 } }
  }

  /// Has the translator write down what happens to the frame that it has taken up, if somebody wants that.
  @inline(never)
  mutating func begin(
    _ packet: Packet, _ translator: inout Translator, from port: PortIndex, on bridge: BridgeIndex
  ) {
    let key = translator.fields
    for watch in wanted where watch.bridge == bridge && watch.match.matches(key) {
      let trace = Trace(
        start: key, end: key, megaflow: FlowKey(), events: [], isCut: false, ops: [], dropReason: nil)
      let frame = WatchedFrame(
        watch: watch.id, bridge: bridge, port: port, length: packet.length, trace: trace)
      pending.append((packet.origin, frame))
      translator.isTracing = true
    }
  }

  /// The translator is done with the frame.
  @inline(never)
  mutating func end(_ origin: Int, _ translator: inout Translator) {
    translator.isTracing = false
    for i in pending.indices where pending[i].origin == origin {
      pending[i].frame.trace.end = translator.fields
      pending[i].frame.trace.events = translator.events
      pending[i].frame.trace.isCut = translator.isTraceCut
      pending[i].frame.trace.ops = (0..<translator.opCount).map { translator.op($0) }
    }
  }

  /// The batch has left, and each frame's outcome is known.
  @inline(never)
  mutating func endBatch(_ outcomes: borrowing FrameOutcomes) {
    for (origin, frame) in pending {
      var frame = frame
      frame.trace.dropReason = outcomes.dropReason(origin)
      watches.append(frame)
    }
    pending = []
  }
}
