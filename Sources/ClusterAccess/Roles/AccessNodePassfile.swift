import Glibc
package import MultiNode
import Platform
import SystemPackage

/// The file with the passwords by which the access node goes to its data nodes, as far as it can be seen.
package struct AccessNodePassfile: Sendable {
    /// Nil where this role may not know.
    package let path: String?
    /// Whether it is on this machine, and so can be written from here.
    package let isHere: Bool
    /// Its permissions; nil where they are not known.
    package var mode: UInt32?
    /// Nil where it can't be read. Where only the server can read it, its passwords are left out.
    package var file: PasswordFile?
    /// Whether it was read here, so that its passwords are in it.
    package var hasPasswords = false

    /// Whether libpq passes it by, because others may read it.
    package var isIgnored: Bool { mode.map { $0 & 0o077 != 0 } ?? false }

    package var shownMode: String? {
        mode.map { mode in
            let digits = String(mode & 0o7777, radix: 8)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }

    /// Puts another content in its place at one instant, for its owner alone.
    fileprivate func write(_ content: PasswordFile) throws(ClusterError) {
        guard let path, isHere else { throw ClusterError("the access node's passfile is not on this machine") }
        func failure(_ cause: Errno) -> ClusterError { ClusterError("can't write \(path): \(cause)") }
        let place = Self.resolved(path)
        var template = Array((place + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(.current) }
        let temporary = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        // The server has to read it, whoever writes it.
        guard let owner = Self.status(place) ?? Self.status(FilePath(place).removingLastComponent().string),
            fchmod(descriptor, 0o600) == 0,
            owner.st_uid == geteuid() || fchown(descriptor, owner.st_uid, owner.st_gid) == 0
        else { throw failure(.current) }
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(content.content)
        } catch {
            throw failure(error.cause)
        }
        guard fsync(descriptor) == 0, rename(temporary, place) == 0 else { throw failure(.current) }
    }

    /// The file itself where the path is a link to it.
    private static func resolved(_ path: String) -> String {
        guard let whole = realpath(path, nil) else { return path }
        defer { free(whole) }
        return String(cString: whole)
    }

    fileprivate static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// Nil where it can't be read.
    fileprivate static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try? FileDescriptor(rawValue: descriptor).readToEnd()
    }
}

extension Cluster {
    /// The access node's passfile, read here where that is its machine, else by the server.
    package func passfile() async throws(ClusterError) -> AccessNodePassfile {
        // What is refused would end an open transaction.
        if await connection.transaction != .none {
            return try await aside { link throws(ClusterError) in try await passfile(on: link) }
        }
        return try await passfile(on: try await link())
    }

    private func passfile(on link: any Link) async throws(ClusterError) -> AccessNodePassfile {
        let row = try await optionally(PasswordFile.place, on: link)?.first
        guard let folder = row?["data_directory"].flatMap({ $0 }) else {
            return AccessNodePassfile(path: nil, isHere: false)
        }
        let set = row?["passfile"].flatMap { $0 }.flatMap { $0.isEmpty ? nil : $0 }
        // The server works in its data folder.
        let path = FilePath(folder).pushing(FilePath(set ?? "passfile")).string
        let server = try await optionally(PasswordFile.server, on: link)?.first?["server"].flatMap { $0 }
        let isHere = server.map { AccessNodePassfile.bytes("\(folder)/postmaster.pid") == Array($0.utf8) } ?? false
        var passfile = AccessNodePassfile(path: path, isHere: isHere)
        if isHere {
            guard let status = AccessNodePassfile.status(path) else {
                if Errno.current == .noSuchFileOrDirectory { passfile.file = PasswordFile() }
                return passfile
            }
            passfile.mode = status.st_mode & 0o7777
            if let bytes = AccessNodePassfile.bytes(path) {
                passfile.file = PasswordFile(bytes)
                passfile.hasPasswords = true
                return passfile
            }
        }
        if let rows = try await optionally(PasswordFile.beginnings(of: path), on: link) {
            passfile.file = PasswordFile(rows: rows)
        }
        return passfile
    }

    /// Puts another content in the place of the file, where it is still the one that was read. Nobody else who writes it
    /// by the same database does so meanwhile.
    package func write(
        _ content: PasswordFile, inPlaceOf passfile: AccessNodePassfile
    ) async throws(ClusterError) {
        try await aside { link throws(ClusterError) in
            try await send("BEGIN", on: link)
            try await send(PasswordFile.lock, on: link)
            let now = passfile.path.flatMap(AccessNodePassfile.bytes).map { PasswordFile($0) } ?? PasswordFile()
            guard now == passfile.file else {
                var error = ClusterError(PasswordFile.changeMeanwhile)
                error.sqlstate = PasswordFile.changedMeanwhile
                throw error
            }
            // With the session the lock goes.
            try passfile.write(content)
        }
    }

    /// The rows of what this role may not be allowed to ask; nil where it is not.
    private func optionally(
        _ sql: SQL, on link: any Link
    ) async throws(ClusterError) -> [[String: String?]]? {
        do throws(ClusterError) {
            return try await send(sql, on: link).records
        } catch {
            if error.kind == .refused { return nil }
            throw error
        }
    }
}
