import CFuzzer
import Glibc
import LanguageProperties

// Reads whatever the fuzzer makes up; it ends at the first text of which something does not hold.
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    let violations = ReadingProperties.violations(of: Array(UnsafeBufferPointer(start: data, count: size)))
    guard violations.isEmpty else { fatalError(violations.joined(separator: "\n")) }
    return 0
}
exit(status)
