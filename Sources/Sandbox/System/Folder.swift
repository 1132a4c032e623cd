import Glibc
import Platform
import SystemPackage

/// Making, looking at and removing folders.
enum Folder {
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The absolute path of a folder that may not exist yet: its nearest existing parent made canonical, and the rest.
    static func planned(_ path: String) -> String {
        if let existing = FilePath(path).canonical { return existing.string }
        let absolute = (FilePath(".").canonical ?? "/").pushing(FilePath(path))
        guard let last = absolute.lastComponent else { return absolute.string }
        var resolved = FilePath(planned(absolute.removingLastComponent().string))
        switch last.kind {
        case .currentDirectory: break
        case .parentDirectory: resolved.removeLastComponent()
        case .regular: resolved.append(last)
        }
        return resolved.string
    }

    /// Makes one folder, which must not exist.
    static func make(_ path: String, mode: mode_t) throws(SandboxError) {
        guard mkdir(path, mode) == 0 else { throw failure("make", path) }
        // mkdir(2) takes the umask off.
        guard chmod(path, mode) == 0 else { throw failure("make", path) }
    }

    /// Makes a folder and the parents it lacks; one that is there stays as it is.
    static func makePath(_ path: String, mode: mode_t) throws(SandboxError) {
        // More than one try: another process may be removing the parents, which it found empty.
        for _ in 0..<5 {
            if exists(path) { return }
            let parent = FilePath(path).removingLastComponent().string
            if !exists(parent) { try makePath(parent, mode: mode) }
            // The umask may have kept others out of what is to be passable for the servers' user.
            if mkdir(path, mode) == 0, chmod(path, mode) == 0 { return }
            if errno == EEXIST { continue }
            guard errno == ENOENT else { break }
        }
        throw failure("make", path)
    }

    static func give(_ path: String, to account: ServerAccount) throws(SandboxError) {
        guard account.isOther else { return }
        guard lchown(path, account.user, account.group) == 0 else { throw failure("change the owner of", path) }
    }

    static func setMode(_ path: String, _ mode: mode_t) throws(SandboxError) {
        guard chmod(path, mode) == 0 else { throw failure("change the mode of", path) }
    }

    /// Whether the folder belongs to the user of this process, and isn't a link to one that does.
    static func isOwn(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
    }

    /// Whether the folder is there and has nothing in it.
    static func isEmpty(_ path: String) -> Bool { exists(path) && entries(path).isEmpty }

    /// The names in a folder, without `.` and `..`; none when it can't be read.
    static func entries(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        return names(in: stream)
    }

    /// Removes a folder with all that is in it. What is gone already is no error.
    ///
    /// Goes by descriptors and follows no symbolic link: the servers' user may own what is inside, and must not be able to
    /// lead the superuser out of the folder.
    static func remove(_ path: String) throws(SandboxError) {
        guard removeTree(at: AT_FDCWD, path) else { throw failure("remove", path) }
    }

    /// Removes a folder when it is empty; whether it is gone.
    @discardableResult
    static func removeIfEmpty(_ path: String) -> Bool { rmdir(path) == 0 || errno == ENOENT }

    private static func removeTree(at parent: Int32, _ name: String) -> Bool {
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return true }
        guard errno == EISDIR || errno == EPERM else { return false }
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return false
        }
        defer { closedir(stream) }
        for entry in names(in: stream) where !removeTree(at: descriptor, entry) { return false }
        return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT
    }

    private static func names(in stream: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func failure(_ verb: String, _ path: String) -> SandboxError {
        let cause = Errno.current
        return SandboxError(.folder, "can't \(verb) \"\(path)\": \(cause)")
    }
}
