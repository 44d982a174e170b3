// Memory: a capture being read belongs to `load`, which closes it. A capture being written belongs to
// `CaptureWriter`, whose deinit closes it. libpcap's record pointers are valid until the next record and are
// copied before that, `caplen` bytes, which libpcap has read.
import CPcap
import Glibc

/// A capture file that could not be read or written, in libpcap's words.
public struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String
  public var description: String { "\(path): \(reason)" }
}

/// The Ethernet frames of a capture file, whole in memory: a worker must not wait for a disk.
struct Capture: Sendable {
  struct Record: Sendable {
    /// Nanoseconds since 1970.
    var time: UInt64
    var bytes: [UInt8]
  }
  var records: [Record]

  /// Reads a pcap or pcapng file with times in microseconds or nanoseconds.
  static func load(_ path: String) throws(CaptureError) -> Capture {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard
      let file = unsafe pcap_open_offline_with_tstamp_precision(
        path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    else { throw CaptureError(path: path, reason: reason(message, path: path)) }
    defer { unsafe pcap_close(file) }
    let type = unsafe pcap_datalink(file)
    guard type == DLT_EN10MB else {
      let name = unsafe pcap_datalink_val_to_name(type).map { unsafe String(cString: $0) } ?? "unknown"
      throw CaptureError(path: path, reason: "link type \(type) (\(name)); only Ethernet (EN10MB) is allowed")
    }
    var records: [Record] = []
    while true {
      var header: UnsafeMutablePointer<pcap_pkthdr>? = nil
      var data: UnsafePointer<UInt8>? = nil
      switch unsafe pcap_next_ex(file, &header, &data) {
      case 1:
        guard let header = unsafe header, let data = unsafe data else { continue }
        let bytes = unsafe UnsafeBufferPointer(start: data, count: Int(header.pointee.caplen))
        unsafe records.append(Record(time: cpcap_nanoseconds(header), bytes: Array(bytes)))
      case PCAP_ERROR_BREAK:
        return Capture(records: records)
      default:
        let text = unsafe String(cString: pcap_geterr(file))
        throw CaptureError(path: path, reason: "record \(records.count + 1): \(text)")
      }
    }
  }

  /// libpcap puts the path in front of some of its messages.
  fileprivate static func reason(_ message: [CChar], path: String) -> String {
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.hasPrefix(path + ": ") ? String(text.dropFirst(path.utf8.count + 2)) : text
  }
}

/// A capture file being written, with times in nanoseconds. One thread at a time.
@safe struct CaptureWriter: ~Copyable {
  private let file: OpaquePointer
  private let dumper: OpaquePointer

  /// Creates the file, or empties it.
  init(_ path: String) throws(CaptureError) {
    guard
      let file = unsafe pcap_open_dead_with_tstamp_precision(
        DLT_EN10MB, 262_144, UInt32(PCAP_TSTAMP_PRECISION_NANO))
    else { throw CaptureError(path: path, reason: "out of memory") }
    guard let dumper = unsafe pcap_dump_open(file, path) else {
      let text = unsafe String(cString: pcap_geterr(file))
      unsafe pcap_close(file)
      throw CaptureError(
        path: path, reason: Capture.reason(text.utf8.map { CChar(bitPattern: $0) }, path: path))
    }
    unsafe self.file = file
    unsafe self.dumper = dumper
  }

  deinit {
    unsafe pcap_dump_close(dumper)
    unsafe pcap_close(file)
  }

  /// Adds a record of `length` bytes at `frame`, taken at `nanoseconds` since 1970.
  @unsafe func append(_ frame: UnsafeRawPointer, length: Int, nanoseconds: UInt64) {
    unsafe cpcap_dump(dumper, nanoseconds, frame, UInt32(length))
  }

  /// Hands everything to the kernel. `false` when it did not take it (disk full).
  func flush() -> Bool { unsafe pcap_dump_flush(dumper) == 0 }
}
