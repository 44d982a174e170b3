/// A place in a text that is cut into parts from left to right. Parentheses and double quotes hold together what
/// is in them.
package struct TextCursor {
  @usableFromInline package let bytes: Substring.UTF8View
  @usableFromInline package var index: Substring.Index
  /// Bytes from the start of the whole text, of which this one may be a part, to the place.
  @usableFromInline package var offset: Int

  /// The start of `text`, which lies `offset` bytes behind the start of the whole.
  @inlinable
  package init(_ text: Substring, at offset: Int) {
    bytes = text.utf8
    index = bytes.startIndex
    self.offset = offset
  }

  /// The byte at the place, `nil` at the end.
  @inlinable package var peek: UInt8? { index == bytes.endIndex ? nil : bytes[index] }

  @inlinable
  package mutating func advance() {
    index = bytes.index(after: index)
    offset += 1
  }

  /// What lies between `start` and the place.
  @inlinable
  package func text(from start: Substring.Index) -> Substring { Substring(bytes[start..<index]) }

  /// Passes over the bytes for which `belongs` holds, and returns them.
  @inlinable
  package mutating func take(while belongs: (UInt8) -> Bool) -> Substring {
    let start = index
    while let byte = peek, belongs(byte) { advance() }
    return text(from: start)
  }

  /// Everything before the first byte outside of quotes and inner parentheses for which `isEnd` holds.
  @inlinable
  package mutating func takeBalanced(until isEnd: (UInt8) -> Bool) -> Substring {
    var depth = 0
    var isQuoted = false
    return take { byte in
      if isQuoted {
        isQuoted = byte != UInt8(ascii: "\"")
        return true
      }
      if depth == 0 && isEnd(byte) { return false }
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      return true
    }
  }

  /// A comma or white space.
  @inlinable
  package static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      true
    default: false
    }
  }
}
