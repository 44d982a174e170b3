"""Parts of messages: matches, properties and lists of actions in each version."""

import struct

pack = struct.pack


def padded(data, size=8):
    return data + bytes(-len(data) % size)


def prop(kind, body=b"", pad=8):
    """A property: its length leaves the padding behind it out."""
    return padded(pack("!HH", kind, 4 + len(body)) + body, pad)


def async_property(kind, mask):
    return prop(kind, pack("!I", mask))


def oxm(*fields):
    """ofp_match of OpenFlow 1.2 and later: (class, field, value, mask or None)."""
    body = b"".join(pack("!HBB", kind, number << 1 | (mask is not None), len(value) + len(mask or b"")) + value +
                    (mask or b"") for kind, number, value, mask in fields)
    return padded(pack("!HH", 1, 4 + len(body)) + body)


OF, NXM1 = 0x8000, 1
IN_PORT_1 = (OF, 0, pack("!I", 1), None)
IS_IP = (OF, 5, b"\x08\0", None)
MATCH = oxm(IN_PORT_1, IS_IP, (OF, 10, b"\x06", None), (OF, 11, bytes((10, 0, 0, 0)), bytes((255, 0, 0, 0))),
            (OF, 14, pack("!H", 80), None))

def match_10(wildcards=0x3FFFFF, in_port=0, dl_type=0, proto=0, nw_src=0, tp_dst=0):
    return pack("!IH6s6sHBxHBB2xIIHH", wildcards, in_port, bytes(6), bytes(6), 0, 0, dl_type, 0, proto, nw_src, 0, 0,
                tp_dst)


def match_11(wildcards=0x3FF, in_port=0, dl_type=0, proto=0, nw_src=0, nw_src_mask=0xFFFFFFFF, tp_dst=0):
    return pack("!HHII6s6s6s6sHBxHBBIIIIHHI4xQQ", 0, 88, in_port, wildcards, bytes(6), b"\xff" * 6, bytes(6), b"\xff" * 6,
                0, 0, dl_type, 0, proto, nw_src, nw_src_mask, 0, 0xFFFFFFFF, 0, tp_dst, 0, 0, (1 << 64) - 1)


def matches(version):
    """(any, TCP to port 80 from 10/8 on port 1) as the version has them."""
    if version == 1:
        return match_10(), match_10(0x3FFFFF & ~(1 | 0x10 | 0x20 | 0x80 | 0x3F00) | 24 << 8, 1, 0x800, 6, 0x0A000000, 80)
    if version == 2:
        return match_11(), match_11(0x3FF & ~(1 | 8 | 0x20 | 0x80), 1, 0x800, 6, 0x0A000000, 0x00FFFFFF, 80)
    return oxm(), MATCH


def output(version, port, length=0):
    return pack("!HHHH", 0, 8, port & 0xFFFF, length) if version == 1 else pack("!HHIH6x", 0, 16, port, length)


def name(text, size):
    return text.encode()[:size].ljust(size, b"\0")
