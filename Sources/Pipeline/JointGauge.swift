/// Whether a flow cache keeps flows under one mask more, which has the bits of all others and is tried first.
///
/// Where the answers have several masks, a frame is looked for under one after the other. Flows that are met often are then
/// kept a second time, under all of these bits, so that their frames are found at once. That pays while such narrow flows
/// are few enough to be met again, so it is measured, in windows of frames that were looked for: the mask comes when
/// frames are mostly found but need many probes, or when many answers have a mask that there is no room for; and it goes
/// when it saves too few of these probes, and the frames found under it do not become more. Then it may come again after
/// some windows: the more, the more often it has happened.
struct JointGauge: BitwiseCopyable {
  private static var window: UInt64 { 8192 }
  private static var shortest: Int { 16 }
  private static var longest: Int { 4096 }
  /// After so many windows an earlier failure is forgotten.
  private static var probation: Int { 64 }

  /// Of this window: frames that were looked for and how many masks were tried for them, those that were found,
  /// those of them that were found under the joint mask, and answers that there was no mask for.
  var lookups: UInt64 = 0
  var probes: UInt64 = 0
  var hits: UInt64 = 0
  var jointHits: UInt64 = 0
  var refusals: UInt64 = 0

  private(set) var isOn = false
  private var lastJointHits: UInt64 = 0
  /// Of the last window without it.
  private var probesBefore: UInt64 = 0
  private var lookupsBefore: UInt64 = 0
  private var pause = 0
  private var penalty = shortest
  private var goodWindows = 0

  /// Whether a window is over.
  var isDue: Bool {
    @inline(__always) get { lookups >= Self.window }
  }

  /// What follows from the window that is over. The next one begins.
  mutating func close() {
    defer { (lookups, probes, hits, jointHits, refusals) = (0, 0, 0, 0, 0) }
    guard isOn else {
      if pause > 0 { return pause -= 1 }
      isOn = hits * 4 >= lookups * 3 && probes * 4 > lookups * 7 || refusals * 4 > lookups
      (probesBefore, lookupsBefore) = (probes, lookups)
      lastJointHits = 0
      goodWindows = 0
      return
    }
    let isSaving = probes * lookupsBefore * 8 < probesBefore * lookups * 7
    if !isSaving, jointHits < lastJointHits + lookups / 64 {
      isOn = false
      pause = penalty
      penalty = min(penalty * 2, Self.longest)
      return
    }
    lastJointHits = jointHits
    goodWindows += 1
    if goodWindows == Self.probation { penalty = Self.shortest }
  }
}
