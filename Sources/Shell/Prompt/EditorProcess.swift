import Glibc
import LineEditing
import Platform
import SystemPackage

/// The person's own editor, at work on the line in a file of its own that nobody else may read.
struct EditorProcess {
    private let command: String
    /// Where the file is made.
    private let folder: String
    /// Stops tscl itself, and returns when it goes on.
    private let suspend: @Sendable () -> Void

    /// - Parameter environment: reads an environment variable: VISUAL, EDITOR, TMPDIR.
    init(environment: (String) -> String?, suspend: @escaping @Sendable () -> Void) {
        let named = ["VISUAL", "EDITOR"].compactMap(environment).first { !$0.isEmpty }
        command = named ?? "vi"
        folder = environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        self.suspend = suspend
    }

    /// Has the person edit a text, and waits until that is done. This blocks.
    func edit(_ text: String) -> EditedText {
        var path = Array("\(folder)/tscl-XXXXXX.sql".utf8CString)
        // Its mode is 0600, see mkstemp(3).
        let descriptor = mkstemps(&path, Int32(".sql".utf8.count))
        guard descriptor >= 0 else { return .failure("note: no file can be made in \(folder): \(Errno.current)") }
        let name = path.withUnsafeBufferPointer {
            String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        defer { unlink(name) }
        let file = FileDescriptor(rawValue: descriptor)
        do {
            try file.closeAfter { try file.writeWhole((text + "\n").utf8) }
        } catch {
            return .failure("note: \(name) can't be written: \(error)")
        }
        guard let status = run(on: name) else { return .failure("note: the editor '\(command)' can't be started") }
        guard status == 0 else {
            return .failure(
                "note: the editor '\(command)' failed, and the line is as it was; VISUAL or EDITOR names one")
        }
        // Opened anew: an editor may have put another file in its place.
        guard let edited = try? FileDescriptor.open(name, .readOnly),
            let bytes = try? edited.closeAfter({ try edited.readToEnd() })
        else { return .failure("note: \(name) can't be read any more, and the line is as it was") }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    /// Runs it in the foreground, as a shell does.
    ///
    /// - Returns: its status as of waitpid(2); nil if it could not be started.
    private func run(on path: String) -> Int32? {
        var words = ["sh", "-c", command + #" "$1""#, "sh", path].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let failure = withSpawnAttributes(Int16(POSIX_SPAWN_SETPGROUP)) {
            posix_spawn(&id, "/bin/sh", nil, &$0, &words, environ)
        }
        guard failure == 0 else { return nil }
        defer { Self.give(getpgrp()) }
        Self.give(id)
        var status: Int32 = 0
        while true {
            let waited = waitpid(id, &status, WUNTRACED)
            if waited < 0, errno == EINTR { continue }
            // The low byte of one that has stopped is 0x7F, and the next is the signal.
            guard waited == id, status & 0xFF == 0x7F else { return status }
            // It may have read before it had the terminal.
            if ![SIGTTIN, SIGTTOU].contains(status >> 8 & 0xFF) {
                Self.give(getpgrp())
                suspend()
            }
            Self.give(id)
            kill(-id, SIGCONT)
        }
    }

    /// Makes a group of processes the one that has the terminal.
    private static func give(_ group: pid_t) {
        // From the background that would stop this process, see tcsetpgrp(3).
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTTOU)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        tcsetpgrp(STDIN_FILENO, group)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
