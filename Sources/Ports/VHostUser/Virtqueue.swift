// Memory: `opened` and `staged` point to arrays that the ring owns, of 32 chains and as many entries as the ring has.
import CLinux

/// A ring as a device uses it, split or packed: chains of buffers are opened in the order in which the guest has made them
/// available, and given back in that order.
///
/// A chain that was opened is staged, or the ring is set back to it. What is staged the guest sees when it is published.
protocol Virtqueue: ~Copyable {
  associatedtype Chain: DescriptorChain

  var regions: GuestRegions { get }
  /// Room for the chains of a batch.
  var opened: UnsafeMutablePointer<Chain> { get }
  /// How many chains are staged.
  var stagedCount: Int { get }

  /// The next chain that is available; `nil` when there is none, and when what the guest says of it is a lie.
  mutating func open(_ fault: inout RingFault?) -> Chain?
  /// Sets the ring back, so that `chain` is opened next; only the first `staged` chains remain staged.
  mutating func rewind(to chain: Chain, staged: Int)
  /// Gives a chain back whose first `written` bytes the device has written.
  mutating func stage(_ chain: Chain, written: Int)
  /// Shows the guest what is staged. Whether it wants to be told.
  mutating func publish() -> Bool

  /// Has the guest kick for the next chain, or not. Returns whether there is one already.
  mutating func setKicks(_ isOn: Bool) -> Bool
}

/// What all rings of a device have in common while they run.
@safe struct RingSetup {
  /// Entries.
  var size: Int
  var descriptors: UnsafeMutableRawPointer
  /// What the driver writes: the available ring, or its event suppression.
  var driver: UnsafeMutableRawPointer
  /// What the device writes: the used ring, or its event suppression.
  var device: UnsafeMutableRawPointer
  var regions: GuestRegions
  var features: VHostFeatures
  /// Where it is to go on if nothing else says so: what a message said of it.
  var base: UInt16
  /// Where what the device writes is in the log of dirty pages.
  var log: RingLog
  var progress: RingProgress

  /// The longest chain: more buffers than any frame needs.
  static var longestChain: Int { 1024 }
}

/// A chain that was given back, until it is published.
struct StagedChain {
  var buffer: UInt16
  /// Entries of a packed ring that it took.
  var entries: UInt16
  var written: UInt32
}
