import Glibc
package import SystemPackage

/// Why not all could be written.
package struct IncompleteWrite: Error, Equatable {
    package let cause: Errno
    /// How many bytes were written before.
    package let written: Int

    package init(cause: Errno, written: Int) {
        self.cause = cause
        self.written = written
    }
}

extension FileDescriptor {
    /// Writes all of it, however many calls that takes.
    ///
    /// Someone may have made the descriptor non-blocking, a terminal that is theirs as much as ours: then this waits
    /// until it takes more.
    package func writeWhole(_ bytes: some Sequence<UInt8>) throws(IncompleteWrite) {
        let failure =
            bytes.withContiguousStorageIfAvailable { write(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { write($0) }
        if let failure { throw failure }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> IncompleteWrite? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch Errno.current {
            case .interrupted: continue
            case .resourceTemporarilyUnavailable:
                var writable = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = poll(&writable, 1, -1)
            case let cause: return IncompleteWrite(cause: cause, written: bytes.count - rest.count)
            }
        }
        return nil
    }

    /// Reads up to the end of the input, however many calls that takes.
    package func readToEnd() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(rawValue, &chunk, chunk.count)
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .current
            }
        }
    }
}

extension Errno {
    /// What the last call of the system set; to be read before anything else can set it.
    package static var current: Errno { Errno(rawValue: errno) }
}
