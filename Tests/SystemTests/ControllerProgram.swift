// `getenv` and `fopen` get C strings of the call; the file is closed before the call ends.
import Glibc

/// The real controllers, from the Python packages that `tools/test` installs.
enum ControllerProgram {
  /// How the switch reaches a controller.
  enum Transport: String, CaseIterable, Sendable {
    case tcp, ssl
  }

  private static let directory = ".build/python/bin"
  /// Without remarks about the packages themselves.
  private static let environment =
    "env PYTHONWARNINGS=ignore PYTHONDONTWRITEBYTECODE=1 PATH=\(directory):/usr/bin:/bin"

  /// Starts an os-ken application in `namespace`, listening on port 6653 of `address`.
  static func startOSKen(
    _ source: String, in namespace: Namespace, of lab: Lab, over transport: Transport,
    address: String = "127.0.0.1", _ certificates: Certificates?
  ) throws -> ChildProcess {
    let path = lab.path("application.py")
    try write(source, to: path)
    var options = "--ofp-listen-host \(address)"
    if let certificates, transport == .ssl {
      options += " --ofp-ssl-listen-port 6653 --ofp-tcp-listen-port 6654"
      options += " --ctl-privkey \(certificates.key("controller"))"
      options += " --ctl-cert \(certificates.certificate("controller"))"
      options += " --ca-certs \(certificates.certificate("ca"))"
    } else {
      options += " --ofp-tcp-listen-port 6653"
    }
    return lab.keep(
      try namespace.start("\(environment) \(directory)/python \(directory)/osken-manager \(options) \(path)"))
  }

  /// Starts Faucet with `configuration` in `namespace`, listening on port 6653 of 127.0.0.1.
  static func startFaucet(
    _ configuration: String, in namespace: Namespace, of lab: Lab, over transport: Transport,
    _ certificates: Certificates?
  ) throws -> ChildProcess {
    let path = lab.path("faucet.yaml")
    try write(configuration, to: path)
    let settings = [
      "FAUCET_CONFIG=\(path)", "FAUCET_LOG=STDOUT", "FAUCET_EXCEPTION_LOG=STDOUT", "FAUCET_EVENT_SOCK=0",
      "FAUCET_PROMETHEUS_ADDR=127.0.0.1",
    ]
    var options = "--ryu-ofp-listen-host 127.0.0.1"
    if let certificates, transport == .ssl {
      options += " --ryu-ofp-ssl-listen-port 6653 --ryu-ofp-tcp-listen-port 6654"
      options += " --ryu-ctl-privkey \(certificates.key("controller"))"
      options += " --ryu-ctl-cert \(certificates.certificate("controller"))"
      options += " --ryu-ca-certs \(certificates.certificate("ca"))"
    } else {
      options += " --ryu-ofp-tcp-listen-port 6653"
    }
    let words = "\(environment) \(settings.joined(separator: " ")) \(directory)/python \(directory)/faucet"
    return lab.keep(try namespace.start("\(words) \(options)"))
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = unsafe fopen(path, "w") else {
      throw CommandFailure(command: "fopen \(path)", reason: "the file cannot be written")
    }
    defer { unsafe fclose(file) }
    unsafe fputs(text, file)
  }

  /// An application that switches by MAC addresses: what it does not know it floods, what it has learned becomes
  /// a rule of priority 1.
  static let learningSwitch = """
    from os_ken.base import app_manager
    from os_ken.controller import ofp_event
    from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
    from os_ken.lib.packet import ethernet, packet
    from os_ken.ofproto import ofproto_v1_3


    class LearningSwitch(app_manager.OSKenApp):
        OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.ports = {}

        def add(self, switch, priority, match, actions):
            parser, protocol = switch.ofproto_parser, switch.ofproto
            apply = parser.OFPInstructionActions(protocol.OFPIT_APPLY_ACTIONS, actions)
            switch.send_msg(parser.OFPFlowMod(
                datapath=switch, priority=priority, match=match, instructions=[apply]))

        @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
        def greet(self, event):
            switch = event.msg.datapath
            parser, protocol = switch.ofproto_parser, switch.ofproto
            to_us = parser.OFPActionOutput(protocol.OFPP_CONTROLLER, protocol.OFPCML_NO_BUFFER)
            self.add(switch, 0, parser.OFPMatch(), [to_us])

        @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
        def learn(self, event):
            message = event.msg
            switch = message.datapath
            parser, protocol = switch.ofproto_parser, switch.ofproto
            in_port = message.match['in_port']
            frame = packet.Packet(message.data).get_protocols(ethernet.ethernet)[0]
            ports = self.ports.setdefault(switch.id, {})
            ports[frame.src] = in_port
            out_port = ports.get(frame.dst, protocol.OFPP_FLOOD)
            actions = [parser.OFPActionOutput(out_port)]
            if out_port != protocol.OFPP_FLOOD:
                match = parser.OFPMatch(in_port=in_port, eth_src=frame.src, eth_dst=frame.dst)
                self.add(switch, 1, match, actions)
            switch.send_msg(parser.OFPPacketOut(
                datapath=switch, buffer_id=protocol.OFP_NO_BUFFER, in_port=in_port,
                actions=actions, data=message.data))

    """
}
