import Datapath
import Ports
import Sys

/// What runs of one port: the port of the switch, its device, and how both are doing.
struct PortRuntime {
  let port: BridgePort
  /// What the device was, or is to be, opened as.
  private(set) var specification: DeviceSpecification
  private(set) var state: PortState = .waiting("the device is being opened") {
    didSet { if state != oldValue { stateChange = .now } }
  }
  private var stateChange = ContinuousClock.now
  /// What the kernel said of the device last.
  private(set) var link: LinkInfo?
  /// Why the device, which is in use, did not take the MTU or the MAC address that it was to have.
  private var refusal: SysError?
  /// With what the port goes; set by whoever follows the configuration.
  var owner: PortOwner? {
    didSet {
      guard owner != oldValue else { return }
      wasThere = isThere
      if case .gone = state { wasGone = true } else { wasGone = false }
    }
  }
  var ownerProcess: WatchedProcess?
  /// Whether the device, or whoever is at its far end, has been there.
  private var wasThere = false
  /// Whether it had gone already when the port was to go with it, and has not come back since.
  private var wasGone = false
  /// For a device that is made without an address: stays with the port.
  private let generatedMAC: UInt64

  init(port: BridgePort, specification: DeviceSpecification) {
    self.port = port
    self.specification = specification
    generatedMAC = port.mac
  }

  /// How long the port has been doing like that.
  var secondsInState: UInt64 {
    UInt64(clamping: (ContinuousClock.now - stateChange).components.seconds)
  }

  /// The device's address, or what it is to be given while there is none.
  var mac: UInt64 { link?.macAddress ?? specification.mac ?? generatedMAC }

  private var isThere: Bool { port.hasDevice && (state == .up || state == .down) }

  /// To be called when the state may have changed.
  mutating func notePresence() {
    guard isThere else { return }
    wasThere = true
    wasGone = false
  }

  /// Why the port is to go by itself; `nil` when it is not.
  var farewell: String? {
    switch (owner, state) {
    case (.process(let number), _): ownerProcess?.hasEnded == true ? "process \(number) has ended" : nil
    case (.peer, .gone(let reason)) where !wasGone: reason
    case (.peer, .waiting(let reason)) where wasThere && isLinkGone: reason
    default: nil
    }
  }

  /// Others than devices of the host wait while their peer is there, as for the driver of a machine that starts anew.
  private var isLinkGone: Bool { specification.isLink && !port.hasDevice }

  /// Opens the device anew if it is to be another one. One that is only to have another MTU or MAC address is
  /// given it as it runs, and stays as it is if it refuses: a device that the switch made would come back without
  /// its addresses and routes.
  mutating func change(to new: DeviceSpecification) {
    guard new != specification else { return }
    if port.hasDevice, new.isSameDevice(as: specification) {
      specification = new
      refusal = nil
      do throws(SysError) { try new.adjustDevice() } catch { refusal = error }
      refreshLink()
      return
    }
    if specification.isPatch, !new.isPatch { port.connect(to: nil) }
    port.detach()
    specification = new
    link = nil
    wasThere = false
    open()
  }

  /// Opens the device unless it is open. Called again until it works.
  mutating func open() {
    guard !port.hasDevice, !specification.isPatch else { return }
    do throws(PortError) {
      port.attach(try specification.open(generatedMAC: generatedMAC))
      refusal = nil
      state = .up
      port.isLinkUp = true
      refreshLink()
      refreshPeer()
    } catch {
      let new = state(after: error)
      // That nobody is there yet says less than who went, and why.
      if case (.gone, .waiting) = (state, new) {} else { state = new }
      port.isLinkUp = false
      if specification.isLink { link = try? specification.lookUp() }
    }
  }

  /// Connects a patch port to its peer, or tells it that there is none.
  mutating func connect(to peer: BridgePort?) {
    port.connect(to: peer)
    let name = specification.options["peer"] ?? ""
    state = peer == nil ? .waiting("no patch port '\(name)' whose peer is '\(specification.name)'") : .up
  }

  /// Lets go of a peer that is about to be removed.
  mutating func disconnect(from peer: BridgePort) {
    guard specification.isPatch, specification.options["peer"] == peer.name else { return }
    connect(to: nil)
  }

  /// Whether the device could not be opened for a reason that is not just its absence.
  var hasFailed: Bool { if case .failed = state { true } else { false } }

  /// Whether there is anything to try again, or to ask for because nobody will tell: the link monitor hears of
  /// the devices of its own network namespace only.
  var needsAttention: Bool {
    !specification.isPatch && !port.hasDevice || specification.namespace != nil
      || specification.descriptors != nil
  }

  /// Asks the kernel how the device is. A device that is gone is given up.
  mutating func refreshLink() {
    guard specification.isLink, port.hasDevice else { return }
    do throws(SysError) {
      link = try specification.lookUp()
      guard let link else { return }
      port.noteMTU(link.mtu)
      port.isLinkUp = link.isUp && link.hasCarrier
      state = if let refusal { .failed("\(refusal)") } else { port.isLinkUp ? .up : .down }
    } catch {
      port.detach()
      port.isLinkUp = false
      link = nil
      state = state(after: .system(error))
    }
  }

  /// Asks a port with another program at its far end how that is doing.
  mutating func refreshPeer() {
    guard let peer = port.devicePeer else { return }
    port.noteOffloads()
    state =
      switch peer {
      case .connected: .up
      case .waiting(let reason): .waiting(reason)
      case .gone(let reason): .gone(reason)
      case .stopped(let reason): .failed(reason)
      }
    port.isLinkUp = peer == .connected
  }

  /// Looks whether the worker gave the device up.
  mutating func noteFailure() {
    guard let errno = port.takeFailure() else { return }
    port.isLinkUp = false
    link = nil
    state = state(after: .system(SysError(call: "device", subject: specification.name, errno: errno)))
  }

  private func state(after error: PortError) -> PortState {
    guard case .system(let error) = error else { return .failed("\(error)") }
    return switch error.deviceAbsence {
    case .noDevice:
      specification.descriptors.map {
        .gone(
          "\($0.device.name), the device of descriptor \($0.text), is gone; options:fd hands over another")
      } ?? .waiting("no such device")
    case .noNamespace: .waiting("no such network namespace")
    case .isDown: .down
    case .noListener: .waiting("nobody listens at \(error.subject)")
    case .noPeer: .gone("the other end closed the connection")
    case nil: .failed("\(error)")
    }
  }
}
