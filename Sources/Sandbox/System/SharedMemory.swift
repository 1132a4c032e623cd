import Glibc

/// The System V shared memory segment with which a PostgreSQL server guards its data folder.
///
/// A server that is killed leaves it behind. The next start on the same folder recycles it, but when the folder goes too,
/// nobody would ever remove it (PostgreSQL manual, "Managing Kernel Resources").
enum SharedMemory {
    /// The segment's id, from line 7 (`key id`) of a `postmaster.pid`.
    static func identifier(inPidFile content: String) -> Int32? {
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 7, let id = lines[6].split(separator: " ").last else { return nil }
        return Int32(id)
    }

    /// Removes a segment that no process uses and that belongs to `owner`: the number came out of a file.
    static func removeOrphan(_ identifier: Int32, owner: uid_t) {
        var segment = shmid_ds()
        guard shmctl(identifier, IPC_STAT, &segment) == 0, segment.shm_nattch == 0, segment.shm_perm.uid == owner else {
            return
        }
        shmctl(identifier, IPC_RMID, nil)
    }
}
