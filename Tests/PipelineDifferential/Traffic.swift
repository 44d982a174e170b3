import Bytes
import Match
import Ports
import SwitchKit

/// The frames of a case: of all kinds, with few addresses and ports, so that they resemble each other.
struct Traffic {
  let frames: [[UInt8]]
  /// What the switch reads of them.
  let keys: [FlowKey]

  /// - Parameters:
  ///   - mangled: one in so many is broken; 0 for none.
  ///   - longest: bytes that a frame may have.
  init(count: Int, mangled: Int, longest: Int = 1500, dice: inout Dice) {
    var source = RandomFrames(seed: dice.seed())
    var frames: [[UInt8]] = []
    while frames.count < count {
      var frame = source.valid()
      guard !frame.offload.needsChecksum, !frame.offload.isGSO else { continue }
      if mangled > 0, dice.oneIn(mangled) { frame = source.mangled(frame) }
      // No device hands on less than an Ethernet header.
      if 14...longest ~= frame.bytes.count, !frame.bytes.isCutARP { frames.append(frame.bytes) }
    }
    self.frames = frames
    keys = frames.compactMap { frame in
      var layout = FrameLayout()
      return FlowKey.extract(from: frame.rawSpan, layout: &layout)
    }
  }

  /// Frames as steps: runs of some of them by a port each.
  func steps(of ports: [PortName], runs: ClosedRange<Int> = 1...30, dice: inout Dice) -> [Case.Step] {
    var steps: [Case.Step] = []
    var rest = frames[...]
    while !rest.isEmpty {
      let run = rest.prefix(dice.number(runs))
      rest = rest.dropFirst(run.count)
      steps.append(.frames(dice.pick(ports), Array(run)))
    }
    return steps
  }
}
