import Glibc
import Platform
import SystemPackage

/// The program that shows text that is longer than the screen.
struct Pager: Sendable {
    /// A command of sh(1).
    let command: String

    /// The pager that TSCL_PAGER or PAGER names, or else less(1); nil if the named one is empty or cat(1).
    init?(environment: (String) -> String?) {
        guard let named = environment("TSCL_PAGER") ?? environment("PAGER") else {
            // If less(1) is missing this says nothing, because nobody asked for it.
            command = "command -v less >/dev/null || exit 127; exec less"
            return
        }
        let words = named.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty, words != ["cat"] else { return nil }
        command = named
    }

    /// Shows a text, and waits until the person leaves the pager; leaving early is not an error.
    ///
    /// - Returns: false if the pager could not be started and nothing has been shown.
    func show(_ text: String) -> Bool {
        // By default less(1) quits if everything fits, keeps colours, chops long lines, and does not clear the screen.
        guard let pipe = Self.start("LESS=\"${LESS-FRSX}\"; export LESS; \(command)") else { return false }
        // Ctrl-C is for the pager now; tscl runs nothing that it could cancel.
        var ignored = sigaction()
        var previous = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGINT, &ignored, &previous)
        defer { sigaction(SIGINT, &previous, nil) }
        try? FileDescriptor(rawValue: fileno(pipe)).writeWhole(text.utf8)
        let ending = pclose(pipe)
        // The statuses of sh(1) for a command that is not found or not executable.
        return ending != -1 && ![126, 127].contains(ending & 0x7F == 0 ? ending >> 8 & 0xFF : 0)
    }

    /// Starts the pager with no signals blocked. The event loop's threads block them, and the child would inherit that.
    private static func start(_ command: String) -> UnsafeMutablePointer<FILE>? {
        var none = sigset_t()
        var previous = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        return popen(command, "we")
    }
}
