import Actions
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// Flow mods that arrived one after the other. They become visible together, but each stands for itself: one
/// that is refused does not stop the others.
struct RequestBatch {
  /// A flow mod that was refused, as it came.
  typealias Refusal = (frame: OpenFlowFrame, error: OpenFlowError)

  private var frames: [OpenFlowFrame] = []
  private var mods: [FlowMod] = []
  /// Which frame each of `mods` is of.
  private var places: [Int] = []
  /// Those that make no sense whatever the tables hold, by frame.
  private var invalid: [(place: Int, error: OpenFlowError)] = []

  var isEmpty: Bool { frames.isEmpty }

  /// Adds a flow mod; `frame` is the message that it came in.
  mutating func add(_ mod: FlowMod, _ frame: OpenFlowFrame, version: OpenFlowVersion) {
    let mod = Self.meant(by: mod)
    if let error = Self.fault(of: mod, version: version) {
      invalid.append((frames.count, error))
    } else {
      mods.append(mod)
      places.append(frames.count)
    }
    frames.append(frame)
  }

  /// The transactions of the changes, by place.
  var xids: [UInt32] { places.map { frames[$0].header.xid } }

  /// Applies all that was added, and is empty then. Returns those that were refused, in the order in which
  /// they came.
  mutating func apply(to bridge: Bridge) -> [Refusal] {
    let refused = bridge.applyEach(mods).map { (place: places[$0.index], error: OpenFlowError($0.error)) }
    let all = (invalid + refused).sorted { $0.place < $1.place }
    defer { self = RequestBatch() }
    return all.map { (frames[$0.place], $0.error) }
  }

  /// `mod` without what has a meaning only in deletions.
  static func meant(by mod: FlowMod) -> FlowMod {
    var mod = mod
    if !mod.command.isDelete { (mod.outPort, mod.outGroup) = (.none, nil) }
    return mod
  }

  /// What can be said against `mod` whatever the tables hold.
  static func fault(of mod: FlowMod, version: OpenFlowVersion) -> OpenFlowError? {
    guard mod.table == 255 || mod.table < BridgeRecord.tableCount else {
      return OpenFlowError(.badFlowModTableID)
    }
    guard !mod.command.isDelete else { return nil }
    // No buffers are announced, so no number of one is known.
    guard mod.buffer == nil else { return OpenFlowError(.bufferUnknown) }
    do throws(ActionError) {
      try ActionList.validate(mod.actions, for: mod.match, table: mod.table, version: version)
    } catch {
      return OpenFlowError(error.code)
    }
    return UnsupportedEffects.first(in: mod.match, mod.actions).map { OpenFlowError($0.code) }
  }
}
