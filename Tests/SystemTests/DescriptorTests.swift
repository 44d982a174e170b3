import Testing

extension System {
  /// TAP devices that another program has opened and hands over.
  @Suite struct DescriptorTests {
    /// Opens `/dev/net/tun` as descriptors 7, 8 and so on of a shell, makes them queues of the device with these flags of
    /// TUNSETIFF, and runs `apus` with the words.
    private func hand(
      _ flags: [String], of device: String, to daemon: Daemon, _ words: String
    ) throws -> CommandResult {
      var script = "set -e\n"
      for (index, flags) in flags.enumerated() {
        script += """
          exec \(7 + index)<>/dev/net/tun
          python3 -c "import fcntl, struct
          fcntl.ioctl(\(7 + index), 0x400454ca, struct.pack('16sH22x', b'\(device)', \(flags)))"

          """
      }
      script += "exec \(Daemon.programs)/apus --run-dir \(daemon.runDirectory) \(words)\n"
      return try ChildProcess(["ip", "netns", "exec", daemon.namespace.name, "bash", "-c", script]).wait()
    }

    /// How many descriptors of `/dev/net/tun` the daemon has.
    private func heldByDaemon(_ daemon: Daemon) throws -> Int {
      try Command.output(of: "ls -l /proc/\(daemon.process.pid)/fd").split(separator: "\n")
        .count { $0.hasSuffix("/dev/net/tun") }
    }

    /// A device of two queues that goes to another namespace when the switch has it, goes, and is replaced.
    @Test(arguments: [["0x5002"], ["0x5102", "0x5102"]])
    func carryFramesUntilTheDeviceGoes(flags: [String]) throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let first = try lab.host("h1")
        let second = try lab.host("h2")
        try daemon.addTAP("tap1", in: first, address: "10.0.0.1/24")
        let before = try heldByDaemon(daemon)
        let list = flags.count == 1 ? "7" : "7:8"
        let made = try hand(
          flags, of: "theirs", to: daemon,
          "add-port br0 vm1 tag=0 -- set interface vm1 type=tap options:fd=\(list)")
        #expect(made.status == 0, "\(made.errors)")
        for _ in 0..<2 {
          try daemon.namespace.ip("link set theirs address 02:00:00:00:00:02 netns \(second.name)")
          try second.configure("theirs", address: "10.0.0.2/24")
          #expect(try first.reaches("10.0.0.2"))
          #expect(try daemon.interface("vm1", "ofport") == "2")
          try eventually("the device is found where it is") { try daemon.interface("vm1", "mtu") == "1500" }
          try daemon.apus("set interface vm1 mtu_request=1400")
          #expect(try second.ip("link show theirs").contains("mtu 1400"))

          try second.ip("link delete theirs")
          try eventually("the port says that it is gone") {
            try daemon.interface("vm1", "status:state").hasPrefix(
              "gone: theirs, the device of descriptor \(list)")
          }
          try daemon.apus("clear interface vm1 mtu_request")
          let again = try hand(flags, of: "theirs", to: daemon, "set interface vm1 options:fd=\(list)")
          #expect(again.status == 0, "\(again.errors)")
        }
        try daemon.apus("del-port vm1")
        #expect(try heldByDaemon(daemon) == before)
        #expect(try !daemon.namespace.ip("-brief link").contains("theirs"))
      }
    }

    /// What is refused, or only tried, leaves no port, no descriptor and no device.
    @Test func areCheckedBeforeAnythingChanges() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let before = try heldByDaemon(daemon)
        let rows: [(name: String, flags: [String], options: String, says: String)] = [
          ("packet information", ["0x4002"], "options:fd=7", "lacks IFF_NO_PI"),
          ("no header", ["0x1002"], "options:fd=7", "lacks IFF_VNET_HDR"),
          ("no Ethernet header", ["0x5001"], "options:fd=7", "has IFF_TUN"),
          (
            "an Ethernet header too many", ["0x5002"], "options:packet_type=ptap options:fd=7", "has IFF_TAP"
          ),
          (
            "the packet type behind the descriptor", ["0x5002"], "options:fd=7 options:packet_type=ptap",
            "has IFF_TAP"
          ),
          (
            "a descriptor that there is not", ["0x5102"], "options:fd=7:99", "started without a descriptor 99"
          ),
          ("one queue twice", ["0x5002"], "options:fd=7:7", "is not a descriptor's number"),
          ("two options", ["0x5002"], "options:fd=7 options:n_rxq=2", "options:n_rxq is of a device"),
          ("no TAP device", [], "options:fd=2", "is no TAP device"),
          ("another type", ["0x5002"], "type=system options:fd=7", "type system has no option 'fd'"),
          ("a later command", ["0x5002"], "options:fd=7 -- set port vm1 tag=4096", "4096"),
        ]
        for row in rows {
          let result = try hand(
            row.flags, of: "theirs", to: daemon,
            "add-port br0 vm1 -- set interface vm1 type=tap \(row.options)")
          #expect(result.status == 1 && result.errors.contains(row.says), "\(row.name): \(result)")
        }
        let tried = try hand(
          ["0x5002"], of: "theirs", to: daemon,
          "--dry-run add-port br0 vm1 -- set interface vm1 type=tap options:fd=7")
        #expect(
          tried.output.contains("+ device of interface vm1: theirs, by descriptor 7 of process"), "\(tried)")
        #expect(try daemon.apus("list-ports br0") == "")
        #expect(try heldByDaemon(daemon) == before)
        #expect(try !daemon.namespace.ip("-brief link").contains("theirs"))
      }
    }

    /// A manager of machines that needs no `apus`: descriptors go to one socket, the request that names them to another.
    private static let manager = """
      import fcntl, json, os, socket, struct, sys
      directory, sent, named = sys.argv[1:]
      tun = os.open("/dev/net/tun", os.O_RDWR)
      fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", ("t" + sent[:2] + named).encode(), 0x5002))
      descriptors = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      descriptors.connect(directory + "/apusd.fds")
      if sent: socket.send_fds(descriptors, [(sent + " 7").encode()], [tun])
      words = "add-port br0 vm1 -- set interface vm1 type=tap options:fd=7".split()
      parameters = {"words": words, "json": False, "files": {}}
      if named: parameters["descriptors"] = named
      requests = socket.socket(socket.AF_UNIX)
      requests.connect(directory + "/apusd.sock")
      requests.send(json.dumps({"method": "apus/run", "id": 1, "params": [parameters]}).encode())
      print(requests.recv(65536).decode())
      """

    /// The numbers in a request mean nothing without the descriptors, whoever sends it.
    @Test func comeFromWhoeverNamesThemAsTheRequestDoes() throws {
      try Lab.run { lab in
        let daemon = try lab.daemon()
        let before = try heldByDaemon(daemon)
        func manage(_ sent: String, _ named: String) throws -> String {
          try ChildProcess(["python3", "-c", Self.manager, daemon.runDirectory, sent, named]).wait().output
        }
        #expect(try manage("a1", "").contains("no descriptor 7 came"))
        #expect(try manage("", "a2").contains("have not come"))
        #expect(try manage("a1", "a2").contains("have not come"))
        #expect(try manage("a3 8", "a3").contains("have not come"))
        try eventually("nothing of it is left") { try heldByDaemon(daemon) == before }
        let answer = try manage("a4", "a4")
        #expect(answer.contains("\"error\":null"), "\(answer)")
        #expect(try heldByDaemon(daemon) == before + 2)
        #expect(try Command.output(of: "stat -c %a \(daemon.runDirectory)/apusd.fds") == "660\n")
      }
    }
  }
}
