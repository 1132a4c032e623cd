import Glibc
import Platform
import SystemPackage

/// A file of the access node's server on this machine, written for its owner alone (mode 0600), whole or not at all.
enum ServerFile {
    /// - Parameter isNew: whether a file that is there stays as it is, which is a failure then.
    static func write(_ content: [UInt8], to path: String, isNew: Bool = false) throws(ClusterError) {
        func failure(_ cause: Errno) -> ClusterError { ClusterError("can't write \(path): \(cause)") }
        let place = resolved(path)
        do throws(Errno) {
            try WholeFile.write(content, to: place, isNew: isNew) { descriptor in
                // The server has to read it, whoever writes it.
                guard let owner = status(place) ?? status(FilePath(place).removingLastComponent().string),
                    fchmod(descriptor, 0o600) == 0
                else { return false }
                return owner.st_uid == geteuid() || fchown(descriptor, owner.st_uid, owner.st_gid) == 0
            }
        } catch {
            throw failure(error)
        }
    }

    /// Makes a folder for the owner of the one that it is in, with the folders that it lacks.
    static func makeFolder(_ path: String) throws(ClusterError) {
        if status(path) != nil { return }
        func failure(_ cause: Errno) -> ClusterError { ClusterError("can't make the folder \(path): \(cause)") }
        let parent = FilePath(path).removingLastComponent()
        guard !parent.isEmpty else { throw failure(.noSuchFileOrDirectory) }
        try makeFolder(parent.string)
        guard let owner = status(parent.string), mkdir(path, 0o700) == 0,
            owner.st_uid == geteuid() || lchown(path, owner.st_uid, owner.st_gid) == 0
        else { throw failure(.current) }
    }

    static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// Nil where it can't be read.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try? FileDescriptor(rawValue: descriptor).readToEnd()
    }

    /// The file itself where the path is a link to it.
    private static func resolved(_ path: String) -> String {
        guard let whole = realpath(path, nil) else { return path }
        defer { free(whole) }
        return String(cString: whole)
    }
}
