import Actions
import Bytes
import Classifier
import Match

/// Headers in front of the frame that come and go: `encap` and `decap`, and what shows when something is popped.
/// OpenFlow 1.5.1 section 7.2.6.6 has the packet types; the actions are those of Open vSwitch.
extension Translator {
  /// Starts with what the key shows of `packet`, whose network header is at `offset`; without one nothing is known of
  /// what it hides.
  mutating func takeUpHeaders(of packet: Packet?, at offset: Int) {
    arrived = packet
    lengthChange = LengthChange()
    layers = HeaderLayers()
    layers.offset = offset
    layers.readType = key.networkType
  }

  /// The frame that was taken up came in without an Ethernet header.
  mutating func beginWithoutEthernet() {
    key.setEthernet(false)
    lengthChange.now = -14
    lengthChange.counted = -14
  }

  // MARK: encap

  mutating func encapsulateEthernet() {
    guard !key.isEthernet else { return fail(.wrongPacketType) }
    commit()
    key.setEthernet(true)
    isDirty = true
  }

  /// A new entry in front of the whole frame.
  mutating func encapsulateMPLS(_ type: UInt16) {
    commit()
    let entry = Self.firstEntry(over: key.networkType)
    guard key.isEthernet else {
      pushMPLS(type)
      if key.labelCount == 1 { setMPLS(entry, mask: ~0) }
      return
    }
    guard hide() else { return }
    emit(.pushLabelOverEthernet(entry, etherType: type), longerBy: 4)
    var labels = LabelStack()
    labels.push(entry)
    begin(with: type) { labels.store(in: $0) }
    layers.base = .ethernet
    layers.readType = 0
    layers.pushedLabels = 1
  }

  /// A new network service header in front of the frame.
  mutating func encapsulateNSH(type: UInt8, optionLength: UInt8) {
    commit()
    guard let next = nextProtocol else { return fail(.wrongPacketType) }
    guard hide() else { return }
    emit(
      .pushNSH(type: type, next: next, optionLength: optionLength),
      longerBy: 8 + (type == 1 ? 16 : Int(optionLength)))
    begin(with: 0x894f) { frame in
      frame[FlowKey.Word.nsh] = 63 << 48 | UInt64(type) << 40 | UInt64(next) << 32 | 255
    }
    layers.base = .pushed
    layers.readType = 0x894f
  }

  /// What a network service header says of the frame that follows it. RFC 8300 section 2.2.
  private var nextProtocol: UInt8? {
    if key.isEthernet { return 3 }
    switch key.networkType {
    case 0x0800: return 1
    case 0x86dd: return 2
    case 0x894f: return 4
    default: return nil
    }
  }

  /// Puts the frame aside: another header comes in front of it. `false` when it was given up, as there are too many.
  private mutating func hide() -> Bool {
    guard
      let place = hidden.add(
        HiddenFrame(key: frame.value, tags: frameTags, layers: layers, lengthChange: lengthChange.now))
    else {
      fail(.headroomExhausted)
      return false
    }
    layers = HeaderLayers()
    layers.hidden = place
    isIrreversible = true
    return true
  }

  /// The frame, and the key, begin with a header of `type` and have nothing else but what `fill` writes.
  private mutating func begin(with type: UInt16, _ fill: (KeyReference) -> Void) {
    var headers = FlowKey()
    headers.words[FlowKey.Word.packetType] = (1 << 16 | UInt64(type)) << 32
    take(headers, tags: VLANTags(0))
    fill(frame)
    key.takeNetwork(of: frame)
  }

  /// Makes `headers` those of frame and key.
  private mutating func take(_ headers: FlowKey, tags: VLANTags) {
    for reference in [frame, key] {
      var value = reference.value
      value.takeHeaders(of: headers)
      reference.value = value
    }
    self.tags = tags
    frameTags = tags
  }

  // MARK: decap

  /// Takes the first header off. What a label stack hides is of type `type` in `namespace`.
  mutating func decapsulate(namespace: UInt16, type: UInt16) {
    commit()
    if key.isEthernet {
      guard !tags.hasTag else { return fail(.wrongPacketType) }
      key.setEthernet(false)
      isDirty = true
      return
    }
    switch key.networkType {
    case 0x894f: decapsulateNSH()
    case 0x8847, 0x8848: decapsulateMPLS(namespace: namespace, type: type)
    default: fail(.wrongPacketType)
    }
  }

  private mutating func decapsulateNSH() {
    let next: UInt16
    switch UInt8(truncatingIfNeeded: key[FlowKey.Word.nsh] >> 32) {
    case 1: next = 0x0800
    case 2: next = 0x86dd
    case 3: next = 0
    case 4: next = 0x894f
    default: return fail(.wrongPacketType)
    }
    emit(.popNSH(etherType: next))
    if layers.base == .pushed { return reveal() }
    let length = arrived.flatMap { FlowKey.lengthOfNSH(in: $0.bytes, at: layers.offset) } ?? 0
    layers.offset += length
    lengthChange.now -= length
    guard next != 0 else { return uncoverEthernet() }
    frame.networkType = next
    readNetwork()
    recirculate()
  }

  private mutating func decapsulateMPLS(namespace: UInt16, type: UInt16) {
    let count = key.labelCount
    guard popLabel() else { return }
    if namespace == 0, type == 0 {
      for _ in 1..<count {
        emit(.popLabel(etherType: 0x8847), longerBy: -4)
        labelIsGone()
      }
      emit(.popToEthernet, longerBy: -4)
      labelIsGone()
      if layers.base == .ethernet { reveal() } else { uncoverEthernet() }
    } else {
      key.networkType = type
      if count == 1 || !FlowKey.isMPLS(type) { uncover() }
    }
  }

  /// `false` when the rest of the list is to be left out: the TTL ends, or there is none.
  mutating func decrementNSHTTL() -> Bool {
    guard key.networkType == 0x894f else { return false }
    let ttl = key[FlowKey.Word.nsh] >> 48 & 0xff
    guard ttl > 1 else {
      because(.ttlExpired)
      return false
    }
    key[FlowKey.Word.nsh] -= 1 << 48
    isDirty = true
    return true
  }

  // MARK: What shows

  /// The key shows what the frame begins with after the ops so far: headers that others hid until now.
  mutating func uncover() {
    commitHeaders()
    if frame.networkType != layers.readType { readNetwork() }
    recirculate()
  }

  /// The frame that the first header was pushed onto.
  private mutating func reveal() {
    let frame = hidden.take(layers.hidden)
    layers = frame.layers
    lengthChange.now = frame.lengthChange
    take(frame.key, tags: frame.tags)
    recirculate()
  }

  /// An Ethernet frame that arrived inside of other headers.
  private mutating func uncoverEthernet() {
    var headers = FlowKey()
    guard layers.base == .arrived, let arrived,
      let payload = headers.fillFrame(from: arrived.bytes, at: layers.offset)
    else { return fail(.malformedFrame) }
    layers.offset += payload
    take(headers, tags: VLANTags(headers.words[FlowKey.Word.vlan]))
    layers.readType = frame.networkType
    recirculate()
  }

  /// Reads what follows the Ethernet header into the frame's key. Of what was pushed nothing is read as something
  /// else.
  private mutating func readNetwork() {
    let type = frame.networkType
    var headers = FlowKey()
    if layers.base == .arrived, let arrived {
      headers.fillNetwork(type, from: arrived.bytes, at: layers.offset)
    }
    var value = frame.value
    headers.words[FlowKey.Word.ethernetDestination] = value.words[FlowKey.Word.ethernetDestination]
    headers.words[FlowKey.Word.ethernetSource] = value.words[FlowKey.Word.ethernetSource]
    headers.words[FlowKey.Word.vlan] = value.words[FlowKey.Word.vlan]
    headers.words[FlowKey.Word.packetType] = value.words[FlowKey.Word.packetType]
    value.takeHeaders(of: headers)
    frame.value = value
    layers.readType = type
  }

  /// From here on the frame is looked at anew. What left before leaves, whatever becomes of the rest.
  private mutating func recirculate() {
    key.takeNetwork(of: frame)
    isIrreversible = true
    opFloor = opCount
    lengthChange.counted = lengthChange.now
  }
}
