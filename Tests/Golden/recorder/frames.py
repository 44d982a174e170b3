"""Frames for packet-ins."""

import struct

ETHERNET = bytes.fromhex("505400000005505400000007")


def ipv4(protocol, payload, ttl=64):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, ttl, protocol, 0, bytes((10, 0, 0, 1)),
                       bytes((10, 0, 0, 2)))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    head = head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:]
    return ETHERNET + b"\x08\0" + head + payload


def padded(frame):
    return frame + bytes(max(0, 60 - len(frame)))


UDP = padded(ipv4(17, struct.pack("!HHHH", 53, 1024, 8 + 10, 0) + b"0123456789"))
TCP = padded(ipv4(6, struct.pack("!HHIIBBHHH", 1024, 80, 7, 9, 0x50, 0x12, 100, 0, 0)))
ICMP = padded(ipv4(1, bytes.fromhex("0800f7fe00010000")))
SCTP_LAST_HOP = padded(ipv4(132, struct.pack("!HHII", 1, 2, 3, 4), ttl=1))
ARP = padded(b"\xff" * 6 + ETHERNET[6:] + bytes.fromhex("08060001080006040001505400000007c0a80001000000000000c0a80002"))
IPV6 = ETHERNET + bytes.fromhex("86dd6000000000103aff") + bytes.fromhex("fe80" + "00" * 13 + "01fe80" + "00" * 13 + "02") + \
    bytes.fromhex("87000000000000000000000000000000")
TAGGED = padded(ETHERNET + bytes.fromhex("8100600588cc0207040200000000010402"))
MPLS = padded(ETHERNET + bytes.fromhex("8847000641ff") + UDP[14:])
ALL = [("udp", UDP), ("tcp, cut", TCP), ("arp, cut", ARP), ("icmp with metadata", ICMP), ("ipv6, tag pushed", IPV6),
       ("ttl expired", SCTP_LAST_HOP), ("action set", padded(ETHERNET + b"\x12\x34")),
       ("group", padded(ETHERNET + b"\x43\x21")), ("mpls, tunnel", MPLS), ("no match, tagged", TAGGED),
       ("jumbo", ipv4(17, struct.pack("!HHHH", 1, 2, 1400, 0) + bytes(1392)))]
