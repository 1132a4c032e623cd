import Glibc
import SystemPackage

/// The user that the servers run as.
///
/// PostgreSQL refuses to run as the superuser: for root it is `postgres`, else `nobody`; for everyone else, themselves.
struct ServerAccount: Sendable, Equatable {
    let user: uid_t
    let group: gid_t
    /// Whether it is another user than this process's.
    let isOther: Bool

    /// This process's own user.
    static var own: ServerAccount { ServerAccount(user: geteuid(), group: getegid(), isOther: false) }

    static func current() throws(SandboxError) -> ServerAccount {
        guard geteuid() == 0 else { return own }
        for name in ["postgres", "nobody"] {
            guard let entry = getpwnam(name), entry.pointee.pw_uid != 0 else { continue }
            return ServerAccount(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid, isOther: true)
        }
        throw SandboxError(
            .noServer, "PostgreSQL doesn't run as root, and there is no user \"postgres\" or \"nobody\" to run it as",
            hint: "Make one of them, or run this as an ordinary user.")
    }

    /// A command line run in a folder as this user, without this process's other privileges.
    ///
    /// The folder is set before the program begins, so that whatever is started for a sandbox is known by its working
    /// directory from the first moment on.
    func commandLine(_ command: [String], in folder: String) -> [String] {
        let drop = isOther ? ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"] : []
        return ["env", "--chdir=\(folder)"] + drop + command
    }

    /// Whether this user gets through every folder on the way to a path, as far as the way exists.
    func canReach(_ path: String) -> Bool {
        guard isOther else { return true }
        var path = FilePath(path)
        repeat {
            var status = stat()
            if stat(path.string, &status) == 0 {
                let mode =
                    status.st_uid == user ? S_IXUSR : status.st_gid == group ? S_IXGRP : S_IXOTH
                guard status.st_mode & mode != 0 else { return false }
            }
        } while path.removeLastComponent()
        return true
    }
}
