/// The value of a hexadecimal digit in ASCII.
@inlinable
public func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// Appends `value` in hexadecimal, with at least `digits` digits.
func appendHexadecimal(_ value: UInt64, digits: Int = 1, to text: inout String) {
  let spelled = String(value, radix: 16)
  for _ in 0..<max(0, digits - spelled.utf8.count) { text += "0" }
  text += spelled
}
