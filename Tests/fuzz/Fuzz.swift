import CLinux
import EventLoop
import Glibc

/// What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html); its main function is the program's.
///
///     fuzz TARGET [OPTION…] [FILE | FOLDER…]
///
/// `make fuzz` builds and runs it; the options are libFuzzer's.
private let targets: [String: @LoopActor ([UInt8]) -> Void] = [
  "scanner": checkScanner, "json": checkJSON, "email": checkEmail, "router": checkRouter,
]

/// The one that this process runs.
@LoopActor private var target: ([UInt8]) -> Void = { _ in }

/// Takes the target's name out of the arguments.
@c(LLVMFuzzerInitialize) public func initialize(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  guard count.pointee > 1, let name = arguments.pointee[1], let chosen = targets[String(cString: name)] else {
    say("usage: fuzz \(targets.keys.sorted().joined(separator: "|")) [OPTION…] [FILE | FOLDER…]")
    exit(2)
  }
  arguments.pointee[1] = arguments.pointee[0]
  arguments.pointee += 1
  count.pointee -= 1
  do {
    try EventLoop.main.run { EventLoop.main.stop() }  // from now on this thread is the loop's
  } catch {
    say("\(error)")
    exit(2)
  }
  LoopActor.assumeIsolated { target = chosen }
  return 0
}

/// To ask the allocator takes several times as long as an input; each input has many like it.
private let inputsPerMemoryCheck = 16

@LoopActor private var inputs = 0

/// Checks one input.
@c(LLVMFuzzerTestOneInput) public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  LoopActor.assumeIsolated {
    inputs += 1
    if inputs % inputsPerMemoryCheck != 0 {
      target(input)
    } else if leavesMemory(input) {
      checkMemory(input)
    }
  }
  return 0
}

@LoopActor private func leavesMemory(_ input: [UInt8]) -> Bool {
  let before = mallinfo2().uordblks
  target(input)
  return mallinfo2().uordblks > before
}

/// What is made once is made after a few times; what an input leaves behind, it leaves each time.
@LoopActor private func checkMemory(_ input: [UInt8]) {
  for _ in 0..<50 where !leavesMemory(input) { return }
  broken("the input leaves memory behind each time")
}

/// Stops with a property that does not hold; libFuzzer keeps the input.
func broken(_ property: String) -> Never {
  say("broken property: \(property)")
  abort()
}

/// Stops if something that always holds does not.
func require(_ holds: Bool, _ property: @autoclosure () -> String) {
  if !holds { broken(property()) }
}

private func say(_ message: String) {
  write(2, "\(message)\n", message.utf8.count + 1)
}
