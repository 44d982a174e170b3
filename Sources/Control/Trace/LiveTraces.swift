import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline

/// Live traces that are under way. Used on the control thread.
final class LiveTraces {
  /// Live traces at most.
  static var limit: Int { 16 }

  /// Somebody who is shown frames.
  private struct Viewer {
    var words: TraceWords
    var json: Bool
    /// Frames that are still to come.
    var left: Int
    var shown = 0
    /// Takes a piece of text; `false` when it cannot now.
    var show: (String) -> Bool
    var onEnd: (String) -> Void
    /// Frames that were left out.
    var missed: UInt64 = 0
  }

  private let datapath: Switch
  private var viewers: [UInt64: Viewer] = [:]

  init(_ datapath: Switch) { self.datapath = datapath }

  /// Begins a live trace.
  /// - Parameters:
  ///   - show: called with the text of each frame; `false` when it cannot be taken now, and is left out.
  ///   - onEnd: called, once, with what is to be said last when all frames have been shown.
  /// - Returns: by what it can be stopped.
  func begin(
    _ request: LiveTraceRequest, show: @escaping (String) -> Bool, onEnd: @escaping (String) -> Void
  ) throws(CommandError) -> UInt64 {
    let bridge = try bridge(named: request.bridge)
    guard viewers.count < Self.limit else {
      throw CommandError("trace --live: there are \(Self.limit) live traces, the most that there can be")
    }
    guard (1...LiveTraceRequest.countLimit).contains(request.count) else {
      throw CommandError("trace --live: --count is from 1 to \(LiveTraceRequest.countLimit)")
    }
    let match: FlowMatch
    do throws(FlowSyntaxError) {
      match = try FlowMatch(parsing: request.filter[...]) { name in bridge.port(named: name)?.number }
    } catch {
      throw CommandError("trace --live: FILTER: \(error.caret(in: request.filter))")
    }
    let id = datapath.watches.add(match, on: bridge.index, count: request.count)
    viewers[id] = Viewer(
      words: TraceWords(datapath, showsNames: request.names), json: request.json, left: request.count,
      show: show, onEnd: onEnd)
    return id
  }

  private func bridge(named name: String?) throws(CommandError) -> Bridge {
    let bridges = datapath.bridges
    if let name {
      guard let bridge = datapath.bridge(named: name) else {
        throw .missing("bridge", name, among: bridges.map(\.name))
      }
      return bridge
    }
    guard bridges.count == 1 else {
      let names = bridges.map(\.name).joined(separator: ", ")
      throw CommandError(
        "trace --live: BRIDGE is missing (\(names.isEmpty ? "there is none" : "there are \(names)"))")
    }
    return bridges[0]
  }

  /// Ends a live trace early, without calling its `onEnd`. Returns what is to be said last.
  @discardableResult
  func stop(_ id: UInt64) -> String {
    datapath.watches.remove(id)
    return viewers.removeValue(forKey: id).map(Self.ending) ?? ""
  }

  /// To be called when frames wait.
  func deliver() {
    let (frames, missed) = datapath.watches.takeAll()
    if missed > 0 {
      for id in viewers.keys { viewers[id]?.missed += missed }
    }
    for frame in frames {
      guard var viewer = viewers[frame.watch] else { continue }
      viewer.left -= 1
      if viewer.show(Self.text(of: frame, number: viewer.shown + 1, viewer, datapath)) {
        viewer.shown += 1
      } else {
        viewer.missed += 1
      }
      viewers[frame.watch] = viewer
      guard viewer.left == 0 else { continue }
      stop(frame.watch)
      viewer.onEnd(Self.ending(viewer))
    }
  }

  private static func text(
    of frame: WatchedFrame, number: Int, _ viewer: Viewer, _ datapath: Switch
  ) -> String {
    guard let bridge = datapath.bridge(at: frame.bridge) else { return "" }
    var report = viewer.words.report(frame.trace, on: bridge)
    report.megaflow = nil
    let port = viewer.words.name(of: frame.port)
    guard viewer.json else {
      return "Frame \(number): \(frame.length) bytes that came in by \(port)\n\(report.text)\n"
    }
    guard case .object(var members) = report.json else { return "" }
    members["number"] = .count(number)
    members["port"] = .string(port)
    members["length"] = .count(frame.length)
    return JSONValue.object(members).text(isIndented: false) + "\n"
  }

  private static func ending(_ viewer: Viewer) -> String {
    guard !viewer.json, viewer.missed > 0 else { return "" }
    return "(\(viewer.missed) frames came faster than they could be shown and were left out)\n"
  }
}
