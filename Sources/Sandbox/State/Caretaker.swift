import Glibc
import Platform
import Postgres
import SystemPackage

/// A process that removes a sandbox when the process that makes it ends in any way: Ctrl-C, SIGKILL, a crash.
///
/// It reads from a socket whose other end is in the maker alone, and the kernel closes that one whatever happens to the maker.
/// A parent-death signal would reach the postmaster only: not its children when they are frozen, and no folder.
struct Caretaker: ~Copyable {
    let identity: ProcessIdentity
    private let descriptor: Int32

    /// Starts the caretaker of a sandbox of which only the state file is there yet.
    init(of record: SandboxRecord, in registry: SandboxRegistry, account: ServerAccount) throws(SandboxError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            let cause = Errno.current
            throw SandboxError(.server, "can't make a socket: \(cause)")
        }
        defer { close(ends[1]) }
        let arguments =
            ["sh", "-c", Self.script, "tscl-sandbox-caretaker"]
            + [registry.stateFile(record.name), record.directory, record.socketRoot]
            + account.commandLine([], in: "/")
        let child: pid_t
        do throws(SandboxError) {
            child = try Spawn.start(arguments, Spawn.Streams(input: ends[1]))
        } catch {
            close(ends[0])
            throw error
        }
        guard let identity = ProcessIdentity(child) else {
            close(ends[0])
            throw SandboxError(.server, "the process that looks after the sandbox has ended")
        }
        // Another process may dismiss it.
        Spawn.collect(child)
        self.identity = identity
        descriptor = ends[0]
    }

    /// Ends it without removing anything.
    consuming func dismiss() {
        Self.dismiss(identity)
        close(descriptor)
    }

    /// Leaves the sandbox in its care until this process ends; so the descriptor isn't closed.
    consuming func remain() {}

    /// Ends a caretaker, also one that another process started, without removing anything.
    static func dismiss(_ identity: ProcessIdentity) {
        guard identity.isAlive else { return }
        kill(identity.id, SIGKILL)
        // Waits until it is gone, if it is a child of this process and nobody has collected it yet.
        while waitpid(identity.id, nil, 0) < 0, errno == EINTR {}
    }

    /// Does what `SandboxRemoval` does, with what every Linux has; this process's own program may be anything, such as a test
    /// runner. It looks twice, because a server may just be starting.
    private static let script = #"""
        read -r _
        state=$1 directory=$2 sockets=$3
        shift 3
        quiet=0 segments= files=
        while [ $quiet -lt 2 ]; do
            quiet=$((quiet + 1))
            for process in /proc/[0-9]*; do
                read -r program < "$process/comm" || continue
                case $program in postgres | initdb | pg_resetwal | cp | setpriv | env) ;; *) continue ;; esac
                case $(readlink "$process/cwd") in
                "$directory" | "$directory"/*)
                    segments="$segments $(sed -n 's,^\([^ ]* \)\{4\}\([0-9]*\) */SYSV.*,\2,p' "$process/maps")"
                    files="$files $(sed -n 's,.* \(/dev/shm/PostgreSQL\.[0-9]*\)$,\1,p' "$process/maps")"
                    kill -KILL "${process#/proc/}"
                    quiet=0
                    ;;
                esac
            done
            sleep 0.05
        done
        for node in "$directory"/an[0-9]* "$directory"/dn[0-9]*; do
            segments="$segments $(sed -n '7s/.* //p' "$node/data/postmaster.pid")"
            rm -rf -- "$node"
        done
        for segment in $segments; do "$@" ipcrm -m "$segment"; done
        [ -z "${files# }" ] || "$@" rm -f -- $files
        rm -rf -- "$sockets"
        rmdir -- "$directory"
        case $directory in \#(SandboxRegistry.systemFolder)/*) rmdir -p -- \#(SandboxRegistry.systemFolder) ;; esac
        rm -f -- "$state"
        rmdir -- "${state%/*}"
        """#
}
