import Glibc
import Platform
import SystemPackage

/// The folder with a state file per sandbox, and by default its data: `sandbox` in `UserFolder.state`.
///
/// A state file `NAME.state` is the first thing of a sandbox to be made, and the last to be removed. So whatever is killed in
/// between leaves something by which the rest is found.
struct SandboxRegistry: Sendable {
    let path: String

    static func current() throws(SandboxError) -> SandboxRegistry {
        guard let folder = UserFolder.state.path else {
            throw SandboxError(
                .folder, "no home folder to keep the sandbox's state in",
                hint: "Set HOME to a folder that is there, or XDG_STATE_HOME to any.")
        }
        return SandboxRegistry(path: Folder.planned(folder.appending("sandbox").string))
    }

    func stateFile(_ name: String) -> String { "\(path)/\(name).state" }

    /// Where the data of a sandbox goes when nothing else is said.
    ///
    /// Root's home is closed to the user that the servers run as, which has to get through every parent of its data folder.
    /// Then it is /var/lib: the data is to survive a restart of the machine, as it doesn't in /tmp.
    func dataFolder(_ name: String, for account: ServerAccount) -> String {
        account.canReach(path) ? "\(path)/\(name)" : "\(Self.systemFolder)/\(name)"
    }

    static let systemFolder = "/var/lib/tscl/sandbox"

    /// The record of a sandbox; nil when there is none.
    func load(_ name: String) throws(SandboxError) -> SandboxRecord? {
        guard let text = SmallFile.read(stateFile(name)) else { return nil }
        guard let record = SandboxRecord(text: text), record.name == name else {
            throw SandboxError(
                .folder, "\"\(stateFile(name))\" isn't the state of a sandbox",
                hint: "See where its folder is, and remove both.")
        }
        return record
    }

    /// All that can be read, in the order of their names.
    func loadAll() -> [SandboxRecord] {
        Folder.entries(path).sorted().compactMap { file in
            guard file.hasSuffix(".state"), let text = SmallFile.read("\(path)/\(file)") else { return nil }
            guard let record = SandboxRecord(text: text), "\(record.name).state" == file else { return nil }
            return record
        }
    }

    /// Writes the state of a new sandbox. Fails when there is one of this name: of two that try, one succeeds.
    func claim(_ record: SandboxRecord, for account: ServerAccount) throws(SandboxError) {
        var attempts = 5
        while true {
            attempts -= 1
            try Folder.makePath(path, mode: account.isOther ? 0o755 : 0o700)
            do throws(SandboxError) {
                return try SmallFile.write(record.text, to: stateFile(record.name), mode: 0o600, exclusive: true)
            } catch {
                if error.kind == .alreadyUp {
                    throw SandboxError.beingMade(record.name)
                }
                // Another process may have removed the folder, which was empty, with its last sandbox.
                if attempts == 0 { throw error }
            }
        }
    }

    /// Replaces the state of a sandbox.
    func save(_ record: SandboxRecord) throws(SandboxError) {
        try SmallFile.write(record.text, to: stateFile(record.name), mode: 0o600)
    }

    /// Locks a sandbox against being started by two processes at once (flock(2)); closing the descriptor unlocks it.
    func lock(_ name: String) throws(SandboxError) -> Int32 {
        let descriptor = open(stateFile(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SandboxError(.folder, "the sandbox \"\(name)\" was removed meanwhile") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SandboxError(.alreadyUp, "the sandbox \"\(name)\" is being started by another process")
        }
        return descriptor
    }

    /// Forgets a sandbox; the folder goes with the last.
    func forget(_ name: String) {
        unlink(stateFile(name))
        Folder.removeIfEmpty(path)
    }
}
