internal import Glibc

/// What the C library says about an error number.
enum SystemError {
    static func text(_ number: Int32) -> String {
        // `strerror` shares one buffer between all threads.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(number, start, buffer.count) == 0 else {
                return "error \(number)"
            }
            return String(cString: start)
        }
    }
}
