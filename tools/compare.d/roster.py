"""All ways of setting up a switch that are measured, in the order of the tables."""
from apus import Apus
from ovs import OpenVSwitch, OpenVSwitchDPDK
from plain_peers import VDE, Bridge, Direct, Relay

PEERS = [
    Apus("apus-tap", "tap", "tap", "type=tap"),
    Relay(),
    VDE(),
    OpenVSwitch("ovs-tap", "tap", "tap"),
    OpenVSwitch("ovs-tap-tso", "tap", "tap", tso=True),
    Direct(),
    Bridge("veth"),
    Apus("apus-veth", "veth", "system", "packet sockets (type=system)"),
    OpenVSwitch("ovs-veth", "veth"),
    OpenVSwitch("ovs-veth-tso", "veth", tso=True),
    Apus("apus-afxdp", "veth", "afxdp", "type=afxdp, hosts with tx off"),
    OpenVSwitch("ovs-afxdp", "veth", "afxdp"),
    OpenVSwitchDPDK("dpdk-afpacket", "veth", "net_af_packet"),
    OpenVSwitchDPDK("dpdk-afxdp", "veth", "net_af_xdp"),
    Bridge("vm"),
    Apus("apus-vm", "vm", "system", "packet sockets (type=system)"),
    OpenVSwitch("ovs-vm", "vm"),
    Apus("apus-memory", "memory", "memory", "type=pcap options:loop=true to type=null"),
    OpenVSwitchDPDK("dpdk-memory", "memory", "memory"),
]

ATTACHMENTS = {
    "tap": "TAP devices that the switch holds",
    "veth": "veth pairs",
    "vm": "TAP devices that a virtual machine monitor holds",
    "memory": "From memory to memory",
}
