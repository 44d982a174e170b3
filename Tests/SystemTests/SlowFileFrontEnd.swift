/// A front end whose requests are refused, and whose file is one of a file system that it serves itself (FUSE): closing it asks
/// the server, which never answers that. It ends with the server.
enum SlowFileFrontEnd {
  /// Starts one in `lab`, which connects to `socket`. Too much memory is refused first; it writes "slow" when it has sent the
  /// file so often that the switch has ended the connection.
  static func start(at socket: String, in lab: Lab) throws -> ChildProcess {
    let path = lab.path("slow-file.py")
    try ControllerProgram.write(source, to: path)
    return lab.keep(try Command.start("/usr/bin/python3 -u \(path) \(socket)"))
  }

  private static let source = #"""
    import ctypes, os, signal, socket, struct, sys, tempfile

    libc = ctypes.CDLL(None, use_errno=True)

    def check(result):
        if result:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    # What is mounted is so for these processes alone: CLONE_NEWNS; MS_REC | MS_PRIVATE.
    check(libc.unshare(0x20000))
    check(libc.mount(b"none", b"/", None, 0x44000, None))
    directory = tempfile.mkdtemp()
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0"
    check(libc.mount(b"fuse", directory.encode(), b"fuse", 0, options.encode()))

    def front_end():
        # Goes with its parent: PR_SET_PDEATHSIG.
        libc.prctl(1, signal.SIGKILL)
        os.close(device)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[1])

        def say(request, payload, files=(), flags=1):
            socket.send_fds(connection, [struct.pack("<III", request, flags, len(payload)) + payload], files)

        def offer(file, length):
            """One region of memory. Whether it is taken, by an answer that was agreed on."""
            say(5, struct.pack("<II4Q", 1, 0, 0, length, 0x7000_0000, 0), [file], 9)
            return struct.unpack("<3IQ", connection.recv(20, socket.MSG_WAITALL))[3] == 0

        say(2, struct.pack("<Q", 1 << 30 | 1 << 32))
        say(16, struct.pack("<Q", 1 << 3))
        memory = os.memfd_create("guest")
        os.ftruncate(memory, 1 << 45)
        assert not offer(memory, 1 << 45)
        file = os.open(directory + "/file", os.O_RDWR)
        try:
            while True:
                assert not offer(file, 4096)
        except (OSError, struct.error):
            print("slow")
        signal.pause()

    def attributes(node):
        mode = 0o40755 if node == 1 else 0o100644
        return struct.pack("<6Q10I", node, 1 << 20, 2048, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    if os.fork() == 0:
        front_end()
    # The server: <linux/fuse.h>.
    while True:
        request = os.read(device, 1 << 17)
        _, kind, unique, node = struct.unpack_from("<IIQQ", request)
        answer, error = b"", 0
        match kind:
            case 26:  # FUSE_INIT
                answer = struct.pack("<IIIIHHIIHHI7I", 7, 31, 0, 0, 0, 0, 1 << 16, 1, 0, 0, 0, *[0] * 7)
            case 1:  # FUSE_LOOKUP
                answer = struct.pack("<4Q2I", 2, 0, 1000, 0, 0, 0) + attributes(2)
            case 3:  # FUSE_GETATTR
                answer = struct.pack("<QII", 0, 0, 0) + attributes(node)
            case 14:  # FUSE_OPEN
                answer = struct.pack("<QII", 0, 0, 0)
            case 25:  # FUSE_FLUSH: close() waits for it.
                continue
            case _:
                error = -38
        os.write(device, struct.pack("<IiQ", 16 + len(answer), error, unique) + answer)
    """#
}
