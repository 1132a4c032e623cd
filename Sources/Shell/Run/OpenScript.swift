import CommandLanguage
import Glibc
import Platform
import SystemPackage

/// A script's file that stays open as long as a statement may want the rows that were left in it.
final class OpenScript: RowsFile {
    private let descriptor: CInt
    private let name: String
    private let version: FileVersion
    var size: Int { version.size }

    /// - Parameter descriptor: stays the caller's.
    /// - Returns: nil where it is no regular file.
    init?(_ descriptor: CInt, _ name: String) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return nil }
        (self.descriptor, self.name, version) = (own, name, FileVersion(status))
    }

    deinit { close(descriptor) }

    func bytes(in place: Range<Int>) throws(RowsFault) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileVersion(status) == version
        else { throw RowsFault("\(name) has changed since it was read") }
        var error: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: place.count) { buffer, count in
            while count < place.count {
                let part = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), place.count - count,
                    off_t(place.lowerBound + count))
                if part < 0, errno == EINTR { continue }
                if part < 0 { error = .current }
                guard part > 0 else { return }
                count += part
            }
        }
        if let error { throw RowsFault("\(name): \(error)") }
        return bytes
    }
}
