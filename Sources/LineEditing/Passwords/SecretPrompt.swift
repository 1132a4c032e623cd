import Glibc
import Platform

/// A password asked for without a line editor.
package final class SecretPrompt: Sendable {
    private let pipe: WakePipe
    private let suspend: @Sendable () -> Void

    /// - Parameter suspend: stops the process at Ctrl-Z, with the terminal as it was, and returns when it goes on.
    package init(suspend: @escaping @Sendable () -> Void = { raise(SIGSTOP) }) throws(LineEditingError) {
        pipe = try WakePipe.ofEditor()
        self.suspend = suspend
    }

    /// Takes the question back; `read` then returns `.nothing`.
    package func cancel() {
        pipe.signal(.close)
    }

    /// Asks on the controlling terminal, wherever the standard streams lead; `.nothing` if there is none.
    package func read(_ prompt: String) -> SecretAnswer {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal != -1 else { return .nothing }
        defer { close(terminal) }
        return read(prompt, from: terminal)
    }

    /// Asks on a terminal.
    package func read(_ prompt: String, from terminal: Int32) -> SecretAnswer {
        var keys = KeyReader(terminal: terminal)
        return SecretReader(terminal: terminal, output: terminal, suspend: suspend).read(prompt) {
            switch keys.next(pipe) {
            case .character(let character): .character(character)
            case .end, .signal(.close): .end
            case .signal: .nothing
            }
        }
    }
}
