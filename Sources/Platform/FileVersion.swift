package import Glibc

/// What a file is known by that has not been written since: its size in bytes, and the time of the last change.
package struct FileVersion: Sendable, Equatable {
    package let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    package init(_ status: stat) {
        size = Int(status.st_size)
        seconds = Int(status.st_mtim.tv_sec)
        nanoseconds = Int(status.st_mtim.tv_nsec)
    }
}
