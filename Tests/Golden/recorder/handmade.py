import struct
def async_property(kind, mask):
    return struct.pack("!HHI", kind, 8, mask)
def record(corpus):
    pass
