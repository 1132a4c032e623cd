import Glibc
import LineEditing
import Postgres

/// What is asked of a person in the middle of a command, on the terminal itself.
enum SecretReader {
    /// A password, typed without being shown; nil when it was refused.
    static func read(_ prompt: String) async -> String? {
        await blocking { SecretPrompt.read(prompt) }
    }

    /// An answer, shown as it is typed; nil at the end of input.
    static func ask(_ question: String) async -> String? {
        await blocking {
            guard let terminal = fopen("/dev/tty", "r+") else { return nil }
            defer { fclose(terminal) }
            fputs(question, terminal)
            fflush(terminal)
            var line: UnsafeMutablePointer<CChar>?
            var capacity = 0
            defer { free(line) }
            let length = getline(&line, &capacity, terminal)
            guard length > 0, let line else { return nil }
            let text = String(cString: line)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
    }

    /// Waits for a person without holding up the event loop.
    private static func blocking(_ body: @escaping @Sendable () -> String?) async -> String? {
        await DetachedThread.value(body) ?? nil
    }
}
