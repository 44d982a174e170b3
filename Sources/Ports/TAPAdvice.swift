import Glibc
import Sys

/// Why the kernel does not make a descriptor a queue of a TAP device, and what to do: which of the device's flags stands in
/// the way, and the line that mends it.
struct TAPAdvice {
  let options: TAPOptions

  /// `refusal` of TUNSETIFF with that. To be called where the device is.
  func explain(_ refusal: SysError) -> SysError {
    var result = refusal
    guard let answer = try? TUNLink.lookup(options.name) else { return result }
    result.advice = advice(refusal.errno, answer)
    return result
  }

  func advice(_ errno: CInt, _ answer: TUNLink.Answer) -> String? {
    switch (errno, answer) {
    case (EBUSY, .tun), (E2BIG, .tun):
      "another program holds the device; end it, or leave out type=tap, which attaches the port to the device's other side"
    case (EPERM, .tun(let link)):
      "the device is \(owner(of: link))'s; run apusd as that, or with CAP_NET_ADMIN"
    case (EPERM, .none):
      "needs CAP_NET_ADMIN, or a device that is there: \(command("add"))\(isTUN ? "tun" : "tap") user UID'"
    case (EINVAL, .other(let kind)):
      "the name is that of a device \(kind.isEmpty ? "" : "of kind \(kind), ")which is no TAP device; choose another name, or leave out type=tap"
    case (EINVAL, .tun(let link)): flagAdvice(link)
    default: nil
    }
  }

  /// What of a device that is there is other than `options` want it.
  private func flagAdvice(_ link: TUNLink) -> String? {
    let remove =
      command("del") + (link.isTAP ? "tap" : "tun") + (link.hasSeveralQueues ? " multi_queue'" : "'")
    if link.isTAP == isTUN {
      return link.isTAP
        ? "the device was made with IFF_TAP, so it has Ethernet headers: leave out options:packet_type, or remove it: \(remove)"
        : "the device was made with IFF_TUN, so it has no Ethernet headers: options:packet_type=ptap takes it, or remove it: \(remove)"
    }
    if link.hasSeveralQueues != (options.queues > 1) {
      return link.hasSeveralQueues
        ? "the device was made with IFF_MULTI_QUEUE: options:n_rxq=2 or more takes it, or remove it: \(remove)"
        : "the device was made without IFF_MULTI_QUEUE: options:n_rxq=1 takes it, or remove it: \(remove)"
    }
    return nil
  }

  private var isTUN: Bool { options.packetType != .ethernet }

  private func owner(of link: TUNLink) -> String {
    if let owner = link.owner { return "user \(owner)" }
    return link.group.map { "group \($0)" } ?? "somebody else"
  }

  private func command(_ verb: String) -> String {
    "'\(options.namespace.commandPrefix)ip tuntap \(verb) dev \(options.name) mode "
  }
}
