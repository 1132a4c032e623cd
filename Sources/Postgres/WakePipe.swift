internal import Glibc

/// A pipe to one's own process, which makes a poll(2) on its reading end return.
final class WakePipe: Sendable {
    let readingEnd: Int32
    private let writingEnd: Int32

    /// Nil when no descriptors are left; `errno` says which limit was met.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readingEnd, writingEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readingEnd)
        close(writingEnd)
    }

    /// Makes the reading end readable until `drain`. A full pipe is readable already.
    func signal() {
        var byte: UInt8 = 0
        while write(writingEnd, &byte, 1) < 0, errno == EINTR {}
    }

    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readingEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
