import Glibc

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
  print(Arguments.usage)
  exit(2)
}
do {
  exit(try Runner(arguments).run() ? 0 : 1)
} catch {
  print("\(error)")
  exit(2)
}
