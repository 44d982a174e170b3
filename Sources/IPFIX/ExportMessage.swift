import Bytes

/// A message for collectors. RFC 7011, section 3.
public struct ExportMessage: Hashable, Sendable {
  public internal(set) var bytes: [UInt8]
  /// How many reported frames its records stand for.
  public internal(set) var packets: UInt64

  /// The longest message. With UDP and IPv6 headers it fits the smallest MTU of IPv6 (RFC 8200, section 5), so that
  /// none is cut into fragments where nobody knows the path's MTU (RFC 7011, section 10.3.3).
  public static var maximumLength: Int { 1280 - 40 - 8 }
}

/// Writes messages of one observation domain. Sets that do not fit into one go on in the next.
struct MessageWriter {
  private enum SetID {
    static var templates: UInt16 { 2 }
    static var optionTemplates: UInt16 { 3 }
  }

  private let domain: UInt32
  private let exportTime: UInt32
  /// How many data records the domain has sent. RFC 7011, section 3.1.
  private(set) var sequence: UInt32
  private(set) var messages: [ExportMessage] = []
  private var writer = ByteWriter()
  private var packets: UInt64 = 0
  /// Data records of the message at hand.
  private var records: UInt32 = 0
  private var openSet: (id: UInt16, offset: Int)?

  init(domain: UInt32, sequence: UInt32, exportTime: UInt32) {
    self.domain = domain
    self.sequence = sequence
    self.exportTime = exportTime
  }

  /// Adds the templates of all shapes.
  mutating func addTemplates() {
    for shape in FlowShape.all {
      let elements = shape.elements
      add(to: SetID.templates, count: 4 + 4 * elements.count) { writer in
        writer.write(shape.templateID)
        writer.write(UInt16(elements.count))
        for element in elements { writer.write(element) }
      }
    }
  }

  /// Adds the template of the exporter's own statistics. RFC 7011, section 4.3.
  mutating func addStatisticsTemplate() {
    add(to: SetID.optionTemplates, count: 14) { writer in
      writer.write(Self.statisticsTemplate)
      writer.write(UInt16(2))
      writer.write(UInt16(1))
      writer.write(InformationElement.exportingProcessID)
      writer.write(InformationElement.notSentPacketTotalCount)
    }
  }

  /// As in Open vSwitch 3.1.
  private static var statisticsTemplate: UInt16 { 462 }

  mutating func addStatistics(exporter: UInt32, notSentPackets: UInt64) {
    add(to: Self.statisticsTemplate, count: 12) { writer in
      writer.write(exporter)
      writer.write(notSentPackets)
    }
    records += 1
  }

  mutating func add(_ flow: FlowID, _ record: FlowRecord, _ reason: FlowRecord.EndReason) {
    var body = ByteWriter()
    body.write(flow.fields)
    record.append(to: &body, flow.shape, reason, exportTime: exportTime)
    add(to: flow.shape.templateID, count: body.count) { $0.write(body.bytes) }
    records += 1
    packets += record.delta.packets
  }

  /// Ends the message at hand.
  mutating func finish() {
    closeSet()
    guard writer.count > 0 else { return }
    writer.patch(UInt16(writer.count), at: 2)
    messages.append(ExportMessage(bytes: writer.bytes, packets: packets))
    sequence &+= records
    writer = ByteWriter()
    packets = 0
    records = 0
  }

  /// Adds a record of `count` bytes to a set.
  private mutating func add(to set: UInt16, count: Int, _ body: (inout ByteWriter) -> Void) {
    let needed = openSet?.id == set ? count : count + 4
    if writer.count + needed > ExportMessage.maximumLength { finish() }
    if writer.count == 0 {
      writer.write(UInt16(10))
      writer.write(UInt16(0))
      writer.write(exportTime)
      writer.write(sequence)
      writer.write(domain)
    }
    if openSet?.id != set {
      closeSet()
      openSet = (set, writer.count)
      writer.write(set)
      writer.write(UInt16(0))
    }
    body(&writer)
  }

  private mutating func closeSet() {
    guard let set = openSet else { return }
    writer.patch(UInt16(writer.count - set.offset), at: set.offset + 2)
    openSet = nil
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ element: InformationElement) {
    write(element.number)
    write(element.length)
  }
}
