import Bytes

extension FlowMatch {
  /// The match of exactly the frames that look like this one; of every frame when it is malformed.
  public init(ofFrame bytes: [UInt8]) {
    var layout = FrameLayout()
    let key = FlowKey.extract(from: bytes.rawSpan, layout: &layout)
    self = key.map { FlowMatch(of: $0) } ?? FlowMatch()
  }

  /// The match of exactly the frames that look like the one with this key: every field of the frame that its
  /// headers give it.
  public init(of frame: FlowKey) {
    self.init()
    for field in Field.all {
      guard let word = field.slots.first?.word, Self.isOfFrame(word), field.prerequisite.isMet(by: self)
      else { continue }
      for slot in field.slots { set(slot, to: frame[slot]) }
    }
  }

  private static func isOfFrame(_ word: Int) -> Bool {
    typealias W = FlowKey.Word
    return W.firstOfFrame..<W.firstCold ~= word || word >= W.firstColdOfFrame
  }
}
