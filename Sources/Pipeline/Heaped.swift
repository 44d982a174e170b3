/// A value at a place of its own, so that who holds it stays small: a large struct is copied where a method that does
/// not change it is called.
///
/// # Memory
/// One allocation, made by `init` and freed by `deinit`; the only holder is the only one who reaches it.
@safe struct Heaped<Value>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    unsafe place = .allocate(capacity: 1)
    unsafe place.initialize(to: value)
  }

  deinit {
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
  }

  var value: Value {
    @inline(__always) _read { yield unsafe place.pointee }
    @inline(__always) nonmutating _modify { yield unsafe &place.pointee }
  }
}
