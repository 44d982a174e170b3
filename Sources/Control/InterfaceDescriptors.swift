import Ports
import Sys

/// `options:fd`: an interface whose device somebody else has opened.
extension InterfaceConfiguration {
  static var descriptorKey: String { "fd" }

  /// Throws unless the descriptors that the options name are there and nothing contradicts them.
  func validateDescriptors() throws(CommandError) {
    guard let text = options[Self.descriptorKey] else { return }
    guard DescriptorList(text) != nil else {
      throw refusal("'\(text)' is not \(DescriptorList.syntax)")
    }
    for option in DescriptorList.contradictions where options[option] != nil {
      throw refusal("options:\(option) is of a device that the switch opens itself: leave one of them out")
    }
    guard let descriptors else {
      throw refusal(
        "no descriptor \(text) came with the command; 'apus set interface \(name) options:fd=\(text)' hands over what it has inherited"
      )
    }
    if let fault = TAPDescriptors.fault(of: descriptors.device, packetType, count: 1) {
      throw refusal("\(descriptors.device.name): \(fault)")
    }
  }

  /// As which the options say that the far end is.
  var packetType: PortPacketType { options["packet_type"].flatMap(PortPacketType.init) ?? .ethernet }

  private func refusal(_ reason: String) -> CommandError {
    CommandError("Interface \(name): options:fd: \(reason)")
  }
}

extension Transaction {
  /// Gives an interface whose `options:fd` was set the descriptors that came with the command line, and takes those away that
  /// it does not name any more.
  func bindDescriptors(of interface: inout InterfaceConfiguration) throws(CommandError) {
    let text = interface.options[InterfaceConfiguration.descriptorKey]
    if interface.descriptors?.text != text { interface.descriptors = nil }
    guard interface.descriptors == nil, let text, let list = DescriptorList(text), let handed else { return }
    do throws(SysError) {
      interface.descriptors = try handed.take(list, text: text, packetType: interface.packetType)
    } catch {
      throw CommandError(
        "Interface \(interface.name): options:fd: \(error.subject): \(error.advice ?? "\(error)")")
    }
  }
}

extension Row {
  /// An interface whose `options:fd` has just been set has none of the descriptors that it may have had before.
  mutating func noteAssignment(of column: Column, key: String?) {
    guard case .interface(var interface, let status) = self, column.name == "options",
      key == nil || key == InterfaceConfiguration.descriptorKey
    else { return }
    interface.descriptors = nil
    self = .interface(interface, status)
  }
}
