// Memory: a `tm` of the call, which the C library fills.
import Glibc

/// A point in time as people write it, in their time zone.
struct Timestamp {
  /// Since 1970.
  var seconds: Int64
  var nanoseconds: Int64

  init(seconds: Int64, nanoseconds: Int64) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  static var now: Timestamp {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  /// `2026-11-21 09:19:09.203`.
  var dateAndTime: String {
    let date = local.date.enumerated().map { padded($1, to: $0 == 0 ? 4 : 2) }
    return date.joined(separator: "-") + " " + timeOfDay
  }

  /// `09:19:09.203`.
  var timeOfDay: String {
    let time = local.time.map { padded($0) }.joined(separator: ":")
    return "\(time).\(padded(Int(nanoseconds / 1_000_000), to: 3))"
  }

  /// Year, month and day; hour, minute and second.
  private var local: (date: [Int], time: [Int]) {
    var time = time_t(seconds)
    var parts = unsafe tm()
    _ = unsafe localtime_r(&time, &parts)
    let date = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    return (date, unsafe [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)])
  }

  private func padded(_ number: Int, to width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
