import Match

/// A frame as `ovs-ofctl` prints it in packet-ins and packet-outs: its headers as a match.
enum FrameText {
  static func text(of frame: [UInt8]) -> String { "\(FlowMatch(ofFrame: frame))" }
}
