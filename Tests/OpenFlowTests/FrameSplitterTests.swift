import TestKit
import Testing

@testable import OpenFlow

@Suite struct FrameSplitterTests {
  static let stream = bytes("0100000800000001 0102000b00000002616263 0412001000000002000c000000000000")

  @Test(arguments: 1...40)
  func findsTheSameMessagesInPiecesOfAnySize(_ size: Int) throws {
    var splitter = OpenFlowFrameSplitter()
    var frames: [OpenFlowFrame] = []
    for start in stride(from: 0, to: Self.stream.count, by: size) {
      splitter.append(Self.stream[start..<min(start + size, Self.stream.count)])
      while let frame = try splitter.next() { frames.append(frame) }
    }
    #expect(frames.map(\.header.xid) == [1, 2, 2])
    #expect(frames.flatMap(\.bytes) == Self.stream)
    #expect(frames.map { hex($0.body) } == ["", "616263", "000c000000000000"])
    #expect(splitter.pendingByteCount == 0)
  }

  @Test(arguments: 0..<8)
  func stopsAtALengthBelowEight(_ length: Int) {
    var splitter = OpenFlowFrameSplitter()
    splitter.append([1, 0, 0, UInt8(length), 0, 0, 0, 9])
    do throws(OpenFlowFrameSplitter.BadLength) {
      let frame = try splitter.next()
      Issue.record("length \(length) read as \(String(describing: frame))")
    } catch {
      #expect(error.header.xid == 9)
    }
  }

  @Test func takesMoreThanItsBufferOverTime() throws {
    var splitter = OpenFlowFrameSplitter()
    let frame: [UInt8] = [1, 2, 0xff, 0xff, 0, 0, 0, 7] + [UInt8](repeating: 0x55, count: 65_527)
    for _ in 0..<5 {
      splitter.append(frame)
      splitter.append(frame.prefix(100))
      let first = try splitter.next()
      #expect(first?.bytes == frame)
      splitter.append(frame.dropFirst(100))
      let second = try splitter.next()
      #expect(second?.bytes == frame)
      let third = try splitter.next()
      #expect(third == nil)
    }
  }
}
