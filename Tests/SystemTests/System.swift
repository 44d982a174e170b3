import Testing

/// Tests of the real programs with real network namespaces, devices and clients. They need root and the Debian
/// packages that `tools/test` installs, and run one after the other.
///
/// `APUS_BIN` names the directory of the programs; without it the debug build is taken.
@Suite(.serialized) enum System {}
