import Glibc
package import SystemPackage

/// A file that is written piece by piece under another name, and takes its own when it is whole. Where it never is, nothing
/// is left of it.
package final class UnfinishedFile: Sendable {
    package let descriptor: FileDescriptor
    private let path: String
    private let temporary: String

    /// - Throws: where the folder takes no file.
    package init(_ path: String) throws(Errno) {
        self.path = path
        // mkstemp(3) puts a name that is free in the place of the six letters, and lets nobody else read the file.
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .current }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = FileDescriptor(rawValue: descriptor)
        temporary = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        close(descriptor.rawValue)
        // Its name is gone once it is whole.
        unlink(temporary)
    }

    /// Lets others do with it what they may do with any new file.
    package func permitAsUsual() {
        let mask = umask(0)
        umask(mask)
        fchmod(descriptor.rawValue, 0o666 & ~mask)
    }

    /// Gives it its name.
    ///
    /// - Parameter isNew: whether a file that is there stays as it is, which fails with `EEXIST` then.
    package func complete(isNew: Bool = false) throws(Errno) {
        // link(2) refuses a name that is taken, rename(2) replaces it: both at one instant.
        guard fsync(descriptor.rawValue) == 0,
            (isNew ? link(temporary, path) : rename(temporary, path)) == 0
        else { throw .current }
    }
}
