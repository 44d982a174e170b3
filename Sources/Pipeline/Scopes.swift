import Classifier
import Match

/// Parts of the translation behind which the frame is what it was before: clones, buckets, other bridges.
///
/// Fields that differ are written back by the next commit, as far as anybody looks at them. Only when something
/// was done that a write of fields cannot undo do the ops of the scope get a copy of the frame.
extension Translator {
  /// The frame as it is now and where it stands, to come back to.
  struct Place {
    var key: FlowKey
    var keyIsCold: Bool
    var frame: FlowKey
    var frameIsCold: Bool
    var tags: VLANTags
    var frameTags: VLANTags
    var layers: HeaderLayers
    var lengthChange: LengthChange
    var hiddenCount: Int
    var hiddenFloor: Int
    var bridge: BridgeIndex
    var ingress: PortIndex
    var table: Int
    var actionSet: ActionSet
    var stackBase: Int
    var stackCount: Int
    /// Where the scope's op is.
    var opening: Int
    var isIrreversible: Bool
    var mayBeRemarked: Bool
  }

  /// `false` when the frame is in too many scopes; it is given up then.
  mutating func openScope() -> Bool {
    guard scopeCount < Self.maximumScopes, !hasFailed else {
      fail(.resubmitDepth)
      return false
    }
    unsafe (places + scopeCount).initialize(
      to: Place(
        key: key.value, keyIsCold: key.hasColdWords, frame: frame.value, frameIsCold: frame.hasColdWords,
        tags: tags, frameTags: frameTags, layers: layers, lengthChange: lengthChange,
        hiddenCount: hidden.count, hiddenFloor: hidden.floor, bridge: bridge, ingress: ingress, table: table,
        actionSet: actionSet, stackBase: stackBase, stackCount: stackCount, opening: opCount,
        isIrreversible: isIrreversible, mayBeRemarked: mayBeRemarked))
    scopeCount += 1
    hidden.floor = hidden.count
    isIrreversible = false
    emit(.scope(isSaved: false))
    return !hasFailed
  }

  /// - Parameter keepsStack: whether what was done to the stack stays.
  mutating func closeScope(keepsStack: Bool = false) {
    scopeCount -= 1
    let place = unsafe places[scopeCount]
    if isIrreversible {
      unsafe ops[place.opening] = .scope(isSaved: true)
      emitEndOfScope()
      frame.restore(place.frame, hasColdWords: place.frameIsCold)
      frameTags = place.frameTags
      mayBeRemarked = place.mayBeRemarked
      layers = place.layers
      lengthChange = place.lengthChange
    } else if opCount == place.opening + 1 {
      opCount -= 1
    }
    isIrreversible = place.isIrreversible
    hidden.count = place.hiddenCount
    hidden.floor = place.hiddenFloor
    key.restore(place.key, hasColdWords: place.keyIsCold)
    tags = place.tags
    isDirty = true
    bridge = place.bridge
    ingress = place.ingress
    table = place.table
    actionSet = place.actionSet
    if !keepsStack {
      stackBase = place.stackBase
      stackCount = place.stackCount
    }
  }
}
