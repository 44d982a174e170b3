extension FlowMatch {
  /// The match of exactly the frames that look like the one with this key: every field of the frame that its
  /// headers give it.
  public init(of frame: FlowKey) {
    self.init()
    for field in Field.all where field.slots[0].word >= FlowKey.Word.firstOfFrame {
      guard field.prerequisite.isMet(by: self) else { continue }
      for slot in field.slots { set(slot, to: frame[slot]) }
    }
  }
}
