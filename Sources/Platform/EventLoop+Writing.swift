import Glibc
package import SystemPackage

extension EventLoop {
    /// Writes all of it as fast as its reader takes it, without blocking this thread.
    ///
    /// The descriptor may be blocking, as one that belongs to others too: so only as much is written at once as fits
    /// wherever poll(2) says that something fits (pipe(7), "PIPE_BUF").
    ///
    /// - Parameter written: how many bytes were written before; it counts on, and tells how far this came.
    /// - Returns: `.ready` when all of it is written.
    /// - Throws: why it can't be written.
    package nonisolated(nonsending) func write(
        _ bytes: [UInt8], to descriptor: FileDescriptor, written: inout Int, until deadline: Instant? = nil,
        heedsCancellation: Bool = true
    ) async throws(Errno) -> Readiness {
        var status = stat()
        let isFile = fstat(descriptor.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        while written < bytes.count {
            if !isFile || Task.isCancelled {
                let readiness = await wait(
                    for: descriptor.rawValue, .write, until: deadline, heedsCancellation: heedsCancellation)
                guard readiness == .ready else { return readiness }
            }
            let size = isFile ? bytes.count - written : min(bytes.count - written, Int(PIPE_BUF))
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(descriptor.rawValue, bytes.baseAddress.map { $0 + written }, size)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR, errno != EAGAIN {
                throw .current
            }
        }
        return .ready
    }
}
