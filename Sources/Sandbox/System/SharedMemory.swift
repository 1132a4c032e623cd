import Glibc

/// Shared memory that PostgreSQL's processes leave behind when they are killed.
///
/// A System V segment guards each data folder: the next start on the same folder recycles it, but when the folder goes too,
/// nobody would ever remove it. initdb also leaves files in /dev/shm; the servers of a sandbox are told not to use it.
/// (PostgreSQL manual, "Managing Kernel Resources".)
package struct SharedMemory: Sendable, Equatable {
    package private(set) var segments: Set<Int32> = []
    package private(set) var files: Set<String> = []

    package init() {}

    /// Notes what a process uses, by its `/proc/PID/maps`: to be read before the process is killed.
    package mutating func note(maps: String) {
        for line in maps.split(separator: "\n") {
            // Address, permissions, offset, device, inode, path. The inode of a segment is its id (proc(5), shmget(2)).
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6 else { continue }
            let path = fields[5].drop { $0 == " " }
            if path.hasPrefix("/SYSV"), let id = Int32(fields[4]) {
                segments.insert(id)
            } else if path.hasPrefix("/dev/shm/PostgreSQL."), path.dropFirst(20).allSatisfy(\.isNumber) {
                files.insert(String(path))
            }
        }
    }

    /// Notes the segment of a server that was killed before, from line 7 (`key id`) of its `postmaster.pid`.
    package mutating func note(pidFile: String) {
        let lines = pidFile.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 7, let id = lines[6].split(separator: " ").last.flatMap({ Int32($0) }) else { return }
        segments.insert(id)
    }

    /// Removes what no process uses any more, and what belongs to `owner`: numbers out of files are not to be trusted further.
    func remove(owner: uid_t) {
        for id in segments {
            var segment = shmid_ds()
            guard shmctl(id, IPC_STAT, &segment) == 0, segment.shm_nattch == 0, segment.shm_perm.uid == owner else {
                continue
            }
            shmctl(id, IPC_RMID, nil)
        }
        for file in files {
            var status = stat()
            if lstat(file, &status) == 0, status.st_uid == owner { unlink(file) }
        }
    }
}
