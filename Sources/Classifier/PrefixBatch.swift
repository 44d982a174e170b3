import Match

/// Searches in a prefix tree for many frames at a time: each step for all of them, with the memory of the next one asked for.
extension PrefixTree {
  /// Looks for better rules for the frames in `frames`.
  /// - Parameter number: the tree's, among those of its table.
  func search(_ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers, number: Int) {
    var found = FrameSet()
    var open = FrameSet()
    frames.forEach { place in
      guard let root = unsafe root(for: keys[place]) else { return }
      found.insert(place)
      unsafe answers.beginTree(place, root.pointee.whole)
      guard let node = unsafe root.pointee.node else { return }
      node.prefetch()
      answers.setNode(place, node)
      open.insert(place)
    }
    var step = 0
    while !open.isEmpty {
      open.forEach { place in
        guard let node = answers.node(place) else { return }
        answers.setEntry(place, node.place(field.byte(step, of: keys[place])))
      }
      step += 1
      let rest = open
      rest.forEach { place in
        guard let entry = answers.entry(place) else { return }
        answers.pass(place, entry.best)
        answers.setNode(place, entry.child)
        if let child = entry.child {
          child.prefetch()
        } else {
          answers.setSteps(place, tree: number, step)
          open.remove(place)
        }
      }
    }
    found.forEach { answers.endTree($0) }
  }
}
