public import Match
public import Pipeline

/// What became of a frame in the tables, step by step, and what would be done with it.
public struct Trace: Sendable {
  /// The fields that the frame came with.
  public var start: FlowKey
  /// The fields at the end.
  public var end: FlowKey
  /// The bits of `start` that the answer depends on: every frame that has the same values there fares the same.
  public var megaflow: FlowKey
  public var events: [TraceEvent]
  /// Whether there were more events than a trace can hold.
  public var isCut: Bool
  public var ops: [FrameOp]
  /// Why nothing leaves; `nil` when something does.
  public var dropReason: DropReason?

  public init(
    start: FlowKey, end: FlowKey, megaflow: FlowKey, events: [TraceEvent], isCut: Bool, ops: [FrameOp],
    dropReason: DropReason?
  ) {
    self.start = start
    self.end = end
    self.megaflow = megaflow
    self.events = events
    self.isCut = isCut
    self.ops = ops
    self.dropReason = dropReason
  }
}
