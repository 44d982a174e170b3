import Glibc

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
  print(Arguments.usage)
  exit(2)
}
// Before anything can go wrong, and whole even when it does.
print("\(arguments.mode) --count \(arguments.count) --seed \(arguments.seed)")
fflush(nil)

let clock = ContinuousClock()
let start = clock.now
let violations =
  switch arguments.mode {
  case .frames: try FrameFuzz.run(count: arguments.count, seed: arguments.seed)
  case .text: TextFuzz.run(count: arguments.count, seed: arguments.seed)
  case .messages: MessageFuzz.run(count: arguments.count, seed: arguments.seed)
  case .vhost: try VHostFuzz.run(count: arguments.count, seed: arguments.seed)
  }
for violation in violations { print(violation) }
let seconds = (clock.now - start) / .seconds(1)
let rate = Int(Double(arguments.count) / seconds)
print("\(arguments.count) \(arguments.mode.unit) in \(Int(seconds)) s: \(rate) \(arguments.mode.unit)/s")
exit(violations.isEmpty ? 0 : 1)
