import Glibc

/// The two ends of a pipe that no child process inherits; who makes it closes them.
package struct Pipe: Sendable {
    package let reading: Int32
    package let writing: Int32

    /// Both ends are -1 when no descriptors are left.
    package init(isBlocking: Bool) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                if !isBlocking { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            }
        }
        reading = ends[0]
        writing = ends[1]
    }

    package var isOpen: Bool { reading >= 0 }
}
