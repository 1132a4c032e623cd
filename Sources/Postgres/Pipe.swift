import Glibc

/// The two ends of a pipe that no child process inherits.
package struct Pipe: Sendable {
    package let reading: Int32
    package let writing: Int32

    package init(isBlocking: Bool) {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            if !isBlocking { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        reading = ends[0]
        writing = ends[1]
    }
}
