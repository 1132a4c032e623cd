import Glibc
package import SystemPackage

/// The two ends of a pipe that no child process inherits; who makes it closes them.
package struct Pipe: Sendable {
    package let reading: Int32
    /// Never blocks: a full pipe makes its reading end as readable as one more byte would.
    package let writing: Int32

    /// - Parameter isBlocking: whether reading an empty pipe waits.
    /// - Throws: when no descriptors are left.
    package init(isBlocking: Bool) throws(Errno) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .current }
        (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        if !isBlocking { _ = fcntl(reading, F_SETFL, O_NONBLOCK) }
    }

    package func close() {
        Glibc.close(reading)
        Glibc.close(writing)
    }
}
