public import Bytes
public import Match

/// Says that updates are left out because the controller does not read fast enough, or that they come again:
/// NXT_FLOW_MONITOR_PAUSED and _RESUMED; in 1.3 those of the Open Networking Foundation. From 1.4 on these are items
/// of a reply, see `FlowUpdate`.
public struct FlowMonitorPause: MessagePayload {
  public var isResumed: Bool

  public init(isResumed: Bool) { self.isResumed = isResumed }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch version {
    case .v10, .v11, .v12: isResumed ? .flowMonitorResumed : .flowMonitorPaused
    case .v13: isResumed ? .onfFlowMonitorResumed : .onfFlowMonitorPaused
    case .v14, .v15: nil
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {}
  public func print(to printer: inout MessagePrinter) {}
}
