import Glibc

/// A password asked for without a line editor.
package enum SecretPrompt {
    /// Asks on the controlling terminal, wherever the standard streams lead; nil if there is none, or if the person
    /// answers with Ctrl-C.
    package static func read(_ prompt: String) -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal != -1 else { return nil }
        defer { close(terminal) }
        return read(prompt, from: terminal)
    }

    /// Asks on a terminal.
    package static func read(_ prompt: String, from terminal: Int32) -> String? {
        var decoder = UTF8Decoder()
        return SecretReader(terminal: terminal, output: terminal).read(prompt) {
            var byte: UInt8 = 0
            let count = Glibc.read(terminal, &byte, 1)
            if count == 1 { return decoder.decode(byte).map(SecretReader.Key.character) ?? .nothing }
            return count == -1 && errno == EINTR ? .nothing : .end
        }
    }
}
