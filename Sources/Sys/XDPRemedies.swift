import Glibc

extension SysError {
  /// What may help when a device cannot be attached through AF_XDP.
  var remedyOfXDP: String? {
    switch (call, errno) {
    case ("AF_XDP", EMSGSIZE): "the device's MTU is above 3818, the most that an afxdp port carries"
    case ("socket(AF_XDP)", EPERM): "needs CAP_NET_RAW"
    case ("socket(AF_XDP)", EAFNOSUPPORT): "this kernel has no AF_XDP; use type=system"
    case ("BPF_MAP_CREATE", EPERM), ("BPF_PROG_LOAD", EPERM): "needs CAP_BPF and CAP_NET_ADMIN"
    case ("BPF_LINK_CREATE", EPERM): "needs CAP_NET_ADMIN"
    case ("BPF_LINK_CREATE", EBUSY), ("BPF_LINK_CREATE", EEXIST):
      "another XDP program is on the device; 'ip link set \(subject) xdp off' takes off one that no program holds"
    case ("BPF_LINK_CREATE", ERANGE):
      "native XDP does not take so large an MTU; on a veth it is that of the far end, about 3500 at most; "
        + "options:xdp-mode=generic takes more"
    case ("BPF_LINK_CREATE", EOPNOTSUPP): "the driver has no native XDP; use options:xdp-mode=generic"
    case ("BPF_LINK_CREATE", EINVAL), ("BPF_LINK_CREATE", ENOSPC):
      "the driver refuses native XDP with this MTU, these queues or these features; options:xdp-mode=generic "
        + "does without the driver"
    case ("XDP_UMEM_REG", ENOBUFS): "raise the limit of locked memory, 'ulimit -l', or give CAP_IPC_LOCK"
    case ("bind(AF_XDP)", EBUSY): "another AF_XDP socket has the queue"
    case ("bind(AF_XDP)", EINVAL): "the device has fewer queues than options:n_rxq says"
    case ("bind(AF_XDP)", EOPNOTSUPP):
      "the driver does not read and write frames itself; use options:xdp-mode=native"
    default: nil
    }
  }
}
