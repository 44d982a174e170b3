import Match

/// Searches in a prefix tree for many frames at a time: each step for all of them, with the memory of the next one asked for.
extension PrefixTree {
  /// Looks for better rules for the frames in `frames`.
  /// - Parameter number: the tree's, among those of its table.
  func search(_ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers, number: Int) {
    frames.forEach { place in
      let hash = roots.hash(keys[place])
      answers.setHash(place, 0, hash)
      roots.prefetchTags(hash)
    }
    let candidates = roots.candidates(frames, answers)
    candidates.forEach { roots.prefetchRule(answers.hash($0)) }
    var found = FrameSet()
    var open = FrameSet()
    candidates.forEach { place in
      guard let root = unsafe root(for: keys[place], answers.hash(place)) else { return }
      found.insert(place)
      unsafe answers.beginTree(place, root.pointee.whole)
      if unsafe root.pointee.lone != .none {
        let lone = unsafe root.pointee.matchLone(field.value(of: keys[place]))
        if lone.isMatch { unsafe answers.pass(place, root.pointee.lone) }
        return answers.setSteps(place, tree: number, lone.steps)
      }
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
    let wordCount = roots.wordCount + 1
    found.forEach { answers.prefetchPassed($0, wordCount: wordCount) }
    found.forEach { answers.endTree($0) }
  }
}
