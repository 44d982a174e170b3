import Ports
import Sys

/// Descriptors that came with a command line, by the numbers that they have where they come from. What no interface has taken
/// is closed when this goes.
final class HandedDescriptors {
  /// The process that has handed them over.
  let giver: Int32
  private let byNumber: [Int: SharedDescriptor]

  init(giver: Int32, _ byNumber: [Int: SharedDescriptor]) {
    self.giver = giver
    self.byNumber = byNumber
  }

  /// Those that `options:fd` of an interface names; `nil` unless all are there.
  ///
  /// - Throws: for descriptors that no port can use.
  func take(
    _ list: DescriptorList, text: String, packetType: PortPacketType
  ) throws(SysError) -> DeviceDescriptors? {
    let taken = list.numbers.compactMap { byNumber[$0] }
    guard taken.count == list.numbers.count else { return nil }
    let device = try TAPDescriptors.device(
      of: taken.map(\.rawValue), named: list.numbers, packetType: packetType)
    return DeviceDescriptors(taken, text: text, device: device, giver: giver)
  }
}

/// The descriptors of a device that an interface has been given. A configuration that is dropped lets go of them.
public final class DeviceDescriptors: Sendable, Equatable {
  /// As `options:fd` has it.
  let text: String
  /// The device when they were given.
  let device: TUNDescriptor
  /// The process that gave them.
  let giver: Int32
  private let descriptors: [SharedDescriptor]

  init(_ descriptors: [SharedDescriptor], text: String, device: TUNDescriptor, giver: Int32) {
    self.descriptors = descriptors
    self.text = text
    self.device = device
    self.giver = giver
  }

  public static func == (a: DeviceDescriptors, b: DeviceDescriptors) -> Bool { a === b }

  /// As `PortRegistry` takes them: by their numbers in this process.
  var option: String { descriptors.map { String($0.rawValue) }.joined(separator: ":") }

  /// Runs `body` with the device's name, where the device is.
  func onDevice<Value: Sendable>(
    _ body: @escaping @Sendable (_ name: String) throws(SysError) -> Value
  ) throws(SysError) -> Value {
    try TUNDescriptor.onDevice(of: descriptors[0].rawValue, body)
  }

  /// Whether it can be asked where the device is. Macvtap devices do not tell.
  var canBeFound: Bool { TUNDescriptor.namespace(of: descriptors[0].rawValue) != nil }

  var summary: String { "\(device.name), by descriptor \(text) of process \(giver)" }
}
