import Glibc

/// A pipe to one's own process, which makes a poll(2) on its reading end return.
final class WakePipe: Sendable {
    private let pipe: Pipe

    /// - Throws: `.connectionFailed` when no descriptors are left.
    init() throws(PostgresError) {
        pipe = Pipe(isBlocking: false)
        guard pipe.isOpen else {
            throw PostgresError(.connectionFailed, "no file descriptor is left to connect with")
        }
    }

    deinit {
        guard pipe.isOpen else { return }
        close(pipe.reading)
        close(pipe.writing)
    }

    var readingEnd: Int32 { pipe.reading }

    /// Makes the reading end readable until `drain`. A full pipe is readable already.
    func signal() {
        var byte: UInt8 = 0
        while write(pipe.writing, &byte, 1) < 0, errno == EINTR {}
    }

    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(pipe.reading, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
