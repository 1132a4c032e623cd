import Glibc
package import SystemPackage

/// A pipe to one's own process, which makes a poll(2) on its reading end return.
package final class WakePipe: Sendable {
    private let pipe: Pipe

    /// - Throws: when no descriptors are left.
    package init() throws(Errno) {
        pipe = try Pipe(isBlocking: false)
    }

    deinit {
        pipe.close()
    }

    package var readingEnd: Int32 { pipe.reading }

    /// Makes the reading end readable until the byte is received. A full pipe is readable already.
    package func signal(_ byte: UInt8 = 0) {
        var byte = byte
        while write(pipe.writing, &byte, 1) < 0, errno == EINTR {}
    }

    /// The byte of the oldest signal; nil when none waits.
    package func receive() -> UInt8? {
        var byte: UInt8 = 0
        return read(pipe.reading, &byte, 1) == 1 ? byte : nil
    }

    /// Forgets whatever waits.
    package func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(pipe.reading, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
