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
        try ServerFile.write(content.content, to: path)
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
        let isHere = try await isHere(folder, on: link)
        var passfile = AccessNodePassfile(path: path, isHere: isHere)
        if isHere {
            guard let status = ServerFile.status(path) else {
                if Errno.current == .noSuchFileOrDirectory { passfile.file = PasswordFile() }
                return passfile
            }
            passfile.mode = status.st_mode & 0o7777
            if let bytes = ServerFile.bytes(path) {
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
            try await send(.begin, on: link)
            try await send(PasswordFile.lock, on: link)
            let now = passfile.path.flatMap(ServerFile.bytes).map { PasswordFile($0) } ?? PasswordFile()
            guard now == passfile.file else {
                var error = ClusterError(PasswordFile.changeMeanwhile)
                error.sqlstate = PasswordFile.changedMeanwhile
                throw error
            }
            // With the session the lock goes.
            try passfile.write(content)
        }
    }

    /// Whether the data folder of the access node's server is on this machine, where this role may see that.
    func isHere(_ folder: String, on link: any Link) async throws(ClusterError) -> Bool {
        let server = try await optionally(PasswordFile.server, on: link)?.first?["server"].flatMap { $0 }
        return server.map { ServerFile.bytes("\(folder)/postmaster.pid") == Array($0.utf8) } ?? false
    }

    /// The rows of what this role may not be allowed to ask; nil where it is not.
    func optionally(
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
