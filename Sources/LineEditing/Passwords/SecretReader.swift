import Glibc
import Platform
import Rendering
import SystemPackage

/// Reads a password from a terminal that shows nothing of it.
///
/// Ctrl-C is read as a key and not as a signal, so that the terminal is put back before anything else happens.
struct SecretReader {
    enum Key {
        case character(Unicode.Scalar)
        /// Nothing will be typed any more, or is to be.
        case end
        /// Nothing of concern happened.
        case nothing
    }

    let terminal: Int32
    let output: Int32
    /// Stops the process, as Ctrl-Z does, and returns when it goes on.
    let suspend: () -> Void

    func read(_ prompt: String, nextKey: () -> Key) -> SecretAnswer {
        var usual = termios()
        guard tcgetattr(terminal, &usual) == 0 else { return .nothing }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG | IEXTEN)
        // What was typed before the question was asked is no answer to it.
        tcsetattr(terminal, TCSAFLUSH, &silent)
        var isAnswered = false
        defer {
            // What was begun and not finished must not be shown as the beginning of the next line.
            tcsetattr(terminal, isAnswered ? TCSADRAIN : TCSAFLUSH, &usual)
            write("\r\n")
        }
        // The name in it may come from a URI that somebody else has written.
        write(printable(prompt))
        var secret: [Unicode.Scalar] = []
        var sequence = ControlSequence.none
        while true {
            switch nextKey() {
            case .end: return .nothing
            case .nothing: continue
            case .character(let character):
                if sequence.takes(character) { continue }
                switch character.value {
                case 0x03: return .interrupted
                case 0x04 where secret.isEmpty: return .nothing
                case 0x04, 0x0a, 0x0d:
                    isAnswered = true
                    return .secret(secret.asString)
                case 0x08, 0x7f: _ = secret.popLast()
                case 0x15: secret = []
                case 0x1a:
                    tcsetattr(terminal, TCSAFLUSH, &usual)
                    write("\r\n")
                    suspend()
                    tcsetattr(terminal, TCSAFLUSH, &silent)
                    write(printable(prompt))
                    // Who comes back does not know what was typed before.
                    secret = []
                // No other control is a character of a password: such a key was hit by mistake.
                case 0..<0x20: continue
                default: secret.append(character)
                }
            }
        }
    }

    private func write(_ text: String) {
        try? FileDescriptor(rawValue: output).writeWhole(text.utf8)
    }
}

/// What a key sends that is no character, as an arrow does: ESC, and behind it `[` or `O` with what belongs to them (ECMA-48).
private enum ControlSequence {
    case none, escape, oneMore, upToFinal

    /// Whether a character is a part of one, or begins it.
    mutating func takes(_ character: Unicode.Scalar) -> Bool {
        switch (self, character) {
        case (.escape, "["): self = .upToFinal
        case (.escape, "O"): self = .oneMore
        case (.oneMore, _), (.upToFinal, "@"..."~"): self = .none
        case (.upToFinal, " "..."?"): break
        case (_, "\u{1B}"): self = .escape
        default:
            self = .none
            return false
        }
        return true
    }
}
