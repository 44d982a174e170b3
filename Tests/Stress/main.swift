import Glibc

// Several workers, traffic, rules and ports that come and go, at once: whether the counters are right afterwards, and
// whether memory has stayed what it was. Meant to be run under the thread sanitizer (tools/stress).

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else { exit(2) }
do {
  let failures = try StressRun(arguments).run()
  for failure in failures { print("FAILED: \(failure)") }
  exit(failures.isEmpty ? 0 : 1)
} catch {
  print("FAILED: \(error)")
  exit(1)
}
