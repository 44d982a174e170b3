import Testing

/// A front end that is no virtual machine monitor's: it shares memory as it should, and then does one thing that none does.
enum HostileFrontEnd {
  enum Deed: String, CaseIterable, Sendable {
    /// A split ring names a descriptor that its table does not have.
    case headOutside = "a buffer's number is outside of the descriptor table"
    /// A packed ring has a buffer at an address that there is not.
    case bufferOutside = "a buffer is outside of the guest's memory"
    /// The event by which the guest is told is full, and whoever writes to it is to wait.
    case fullEvent = "nothing is a lie"
  }

  /// Starts one in `lab`, which connects to `socket`; it has written "done" when the deed is done, and stays.
  static func start(_ deed: Deed, at socket: String, in lab: Lab) throws -> ChildProcess {
    let path = lab.path("front-end.py")
    try ControllerProgram.write(source, to: path)
    return lab.keep(try Command.start("/usr/bin/python3 -u \(path) \(socket) \(deed)"))
  }

  private static let source = """
    import fcntl, mmap, os, socket, struct, sys

    path, deed = sys.argv[1:]
    memory = os.memfd_create("guest")
    os.ftruncate(memory, 1 << 20)
    guest = mmap.mmap(memory, 1 << 20)
    kick, call = os.eventfd(0), os.eventfd(0)
    packed = deed == "bufferOutside"
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)

    def say(request, payload=b"", files=()):
        message = struct.pack("<III", request, 1, len(payload)) + payload
        socket.send_fds(connection, [message], files)

    def settle():
        say(1)
        assert len(connection.recv(20)) == 20

    user = 0x7000_0000
    say(2, struct.pack("<Q", 1 << 30 | 1 << 32 | packed << 34))
    say(5, struct.pack("<II4Q", 1, 0, 0, 1 << 20, user, 0), [memory])
    for ring in 0, 1:
        base = user + 0x4000 * ring
        say(8, struct.pack("<II", ring, 8))
        say(10, struct.pack("<II", ring, 0x8000 if packed else 0))
        say(9, struct.pack("<II4Q", ring, 0, base, base + 0x2000, base + 0x1000, 0))
        say(12, struct.pack("<Q", ring), [kick])
        say(13, struct.pack("<Q", ring), [call])
        say(18, struct.pack("<II", ring, 1))
    settle()
    if deed == "fullEvent":
        os.eventfd_write(call, 2**64 - 2)
        fcntl.fcntl(call, fcntl.F_SETFL, 0)

    # A broadcast, in a buffer that the guest sends by ring 1.
    frame = bytes(12) + b"\\xff" * 6 + bytes([2, 0, 0, 0, 0, 9]) + b"\\x88\\xb5" + bytes(46)
    guest[0x10000:0x10000 + len(frame)] = frame
    address = 0xdead_0000_0000 if packed else 0x10000
    flags = 1 << 7 if packed else 0
    guest[0x4000:0x4010] = struct.pack("<QIHH", address, len(frame), 0, flags)
    if not packed:
        head = 64 if deed == "headOutside" else 0
        guest[0x5004:0x5006] = struct.pack("<H", head)
        guest[0x5002:0x5004] = struct.pack("<H", 1)
    os.eventfd_write(kick, 1)
    if deed == "fullEvent":
        # More of them, as soon as one was taken.
        for count in range(2, 500):
            while struct.unpack("<H", guest[0x6002:0x6004])[0] != count - 1:
                pass
            guest[0x5002:0x5004] = struct.pack("<H", count)
            os.eventfd_write(kick, 1)
    print("done")
    connection.recv(1)
    """
}
