import Glibc
import MallocCounter

/// What is to be done again and again, made once before it is measured.
typealias Work = () -> Void

/// What one call of the work took.
struct Measurement {
  /// Processor time of the process, all threads together.
  var nanoseconds: UInt64
  /// How often the heap was asked for memory, by any thread.
  var allocations: Int
}

/// A benchmark of `operations` equal things that each call of the work does.
///
/// It measures the processor time of the process and counts its allocations. Unless `allocates` says that it may, an
/// allocation is an error: nothing for a frame is taken from the heap. `benchmark` is what the program does with it:
/// Benchmarked.swift or Allocations.swift.
func part(_ name: String, operations: Int, allocates: Bool = false, make: @escaping () throws -> Work) {
  var made: Work?
  benchmark(name, operations: operations, allocates: allocates) {
    let work: Work
    if let made {
      work = made
    } else {
      work = try make()
      made = work
      // What is made at the first time, is.
      work()
    }
    let allocations = malloc_counter()
    let start = processorNanoseconds
    work()
    let end = processorNanoseconds
    return Measurement(nanoseconds: end - start, allocations: Int(malloc_counter() - allocations))
  }
}

/// What is wrong with so many allocations; `nil` when nothing is.
func complaint(about allocations: Int, of operations: Int, allocates: Bool) -> String? {
  guard allocations > 0, !allocates else { return nil }
  return "\(allocations) allocations for \(operations) operations; there are to be none"
}

/// Uses a value, as far as the compiler can tell.
@inline(never) @_optimize(none)
func blackHole<Value>(_ value: Value) {}

private var processorNanoseconds: UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
