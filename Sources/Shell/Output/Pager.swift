import Glibc
import Platform
import SystemPackage

/// The program that shows what is longer than the screen.
struct Pager: Sendable {
    /// A command of sh(1).
    let command: String

    /// The one that TSCL_PAGER or PAGER names, else less(1); nil where the one named is nothing, or cat(1).
    init?(environment: (String) -> String?) {
        guard let named = environment("TSCL_PAGER") ?? environment("PAGER") else {
            // Where there is none nobody has asked for it, so that nothing is said either.
            command = "command -v less >/dev/null || exit 127; exec less"
            return
        }
        let words = named.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty, words != ["cat"] else { return nil }
        command = named
    }

    /// Shows a text and waits until the person has seen enough of it, which is no error.
    ///
    /// - Returns: false when the pager could not be started, and nothing has been shown.
    func show(_ text: String) -> Bool {
        // Unless told otherwise less(1) ends by itself where all fits, keeps colours, lets lines be as long as they are, and
        // leaves on the screen what was read.
        guard let pipe = Self.start("LESS=\"${LESS-FRSX}\"; export LESS; \(command)") else { return false }
        // Ctrl-C is for the pager now: nothing runs here that it could cancel.
        var ignored = sigaction()
        var previous = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGINT, &ignored, &previous)
        defer { sigaction(SIGINT, &previous, nil) }
        try? FileDescriptor(rawValue: fileno(pipe)).writeWhole(text.utf8)
        let ending = pclose(pipe)
        // What sh(1) ends with when a command is not found, or is no program.
        return ending != -1 && ![126, 127].contains(ending & 0x7F == 0 ? ending >> 8 & 0xFF : 0)
    }

    /// Starts it with no signal blocked: threads of the event loop take none, and that would be inherited.
    private static func start(_ command: String) -> UnsafeMutablePointer<FILE>? {
        var none = sigset_t()
        var previous = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        return popen(command, "we")
    }
}
