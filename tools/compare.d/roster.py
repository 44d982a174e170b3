"""All ways of setting up a switch that are measured, in the order of the tables."""
from apus import Apus
from ovs import OpenVSwitch, OpenVSwitchDPDK
from plain_peers import VDE, Bridge, Direct, Relay, Testpmd

# Works that say no more of a peer than they say of its neighbour in the list.
BY_DEFAULT = ("idle", "lossfree", "double", "load", "tcp4")
PEERS = [
    Apus("apus-tap", "tap", "tap", "type=tap"),
    Relay(),
    VDE(),
    OpenVSwitch("ovs-tap", "tap", "tap", skips=BY_DEFAULT),
    OpenVSwitch("ovs-tap-tso", "tap", "tap", tso=True),
    Direct(),
    Bridge("veth"),
    Apus("apus-veth", "veth", "system", "packet sockets (type=system)"),
    OpenVSwitch("ovs-veth", "veth", skips=BY_DEFAULT),
    OpenVSwitch("ovs-veth-tso", "veth", tso=True),
    Apus("apus-afxdp", "veth", "afxdp", "type=afxdp, hosts with tx off", skips=("tcpplain",)),
    OpenVSwitch("ovs-afxdp", "veth", "afxdp", skips=("tcpplain",)),
    OpenVSwitchDPDK("dpdk-afpacket", "veth", "net_af_packet", skips=("tcpplain",)),
    OpenVSwitchDPDK("dpdk-afxdp", "veth", "net_af_xdp", skips=("tcpplain",)),
    Bridge("vm"),
    Apus("apus-vm", "vm", "system", "packet sockets (type=system)"),
    OpenVSwitch("ovs-vm", "vm"),
    Apus("apus-vhost", "vhost", "vhost-user", "type=vhost-user"),
    Testpmd(),
    OpenVSwitchDPDK("dpdk-vhost", "vhost", "dpdkvhostuserclient"),
    Apus("apus-memory", "memory", "memory", "type=pcap options:loop=true to type=pcap, which drops"),
    OpenVSwitchDPDK("dpdk-memory", "memory", "memory"),
]

ATTACHMENTS = {
    "tap": "TAP devices that the switch holds",
    "veth": "veth pairs",
    "vm": "TAP devices that a virtual machine monitor holds",
    "vhost": "Virtual machines whose memory the switch shares",
    "memory": "From memory to memory",
}
