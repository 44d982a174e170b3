/// What `apus trace --live` asks of the daemon: to be shown real frames as they go through the tables. It travels as
/// the single parameter of a method of its own, and has many answers. Each but the last one has a member `more`: the
/// first one has a `notice` that frames are being waited for, the others have the `output` of one frame each. The
/// last one is like that of `RunRequest`.
public struct LiveTraceRequest: Hashable, Sendable, Codable {
  public static var method: String { "apus/trace-live" }
  /// Frames at most.
  public static var countLimit: Int { 1_000_000 }

  /// `nil` for the only bridge that there is.
  public var bridge: String?
  /// Which frames, written like the match of a rule.
  public var filter: String
  /// It ends after so many frames.
  public var count: Int
  /// It ends after so many seconds; 0 for no limit.
  public var seconds: Int
  public var json: Bool
  /// Whether OpenFlow ports are shown by name.
  public var names: Bool

  public init(
    bridge: String?, filter: String = "", count: Int = 10, seconds: Int = 0, json: Bool = false,
    names: Bool = false
  ) {
    self.bridge = bridge
    self.filter = filter
    self.count = count
    self.seconds = seconds
    self.json = json
    self.names = names
  }

  /// The request that `words`, those of one command, spell; `nil` when they are no live trace.
  public init?(_ words: [String], seconds: Int, json: Bool) throws(MessageError) {
    guard let reference = CommandReference.named("trace"), CommandReference.name(in: words) == reference.name
    else { return nil }
    let (options, others) = reference.sorted(words)
    guard options.contains(where: { $0.hasPrefix("--live") }) else { return nil }
    var request = LiveTraceRequest(bridge: nil, seconds: seconds, json: json)
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      switch (parts[0], parts.count > 1 ? parts[1] : nil) {
      case ("--live", let filter?): request.filter = filter
      case ("--live", nil):
        throw MessageError(message: "trace: --live needs a FILTER; '' stands for all frames")
      case ("--count", let text):
        guard let text, let count = Int(text), (1...Self.countLimit).contains(count) else {
          throw MessageError(
            message: "trace: --count: '\(text ?? "")' is not a number from 1 to \(Self.countLimit)")
        }
        request.count = count
      case ("--names", nil): request.names = true
      default:
        throw MessageError(
          message: "trace --live: unknown option '\(option)' (allowed: --live, --count, --names)")
      }
    }
    let bridges = others.filter { $0 != reference.name }
    guard bridges.count <= 1 else {
      throw MessageError(
        message: "trace --live: one BRIDGE at most: apus trace --live FILTER [--count N] [BRIDGE]")
    }
    request.bridge = bridges.first
    self = request
  }

  /// The request within a JSON-RPC request's parameters.
  public init(params: [JSONValue]) throws(MessageError) {
    do {
      guard params.count == 1 else { throw MessageError(message: "one parameter is needed") }
      self = try JSONText.decode(LiveTraceRequest.self, from: try JSONText.encode(params[0]))
    } catch {
      throw MessageError(
        message:
          #"apus/trace-live takes [{"bridge": STRING or null, "filter": STRING, "count": INTEGER, "seconds": "#
          + #"INTEGER, "json": BOOLEAN, "names": BOOLEAN}]"#)
    }
  }

  public var params: [JSONValue] {
    [
      [
        "bridge": bridge.map(JSONValue.string) ?? .null, "filter": .string(filter),
        "count": .integer(Int64(count)), "seconds": .integer(Int64(seconds)), "json": .boolean(json),
        "names": .boolean(names),
      ]
    ]
  }
}
