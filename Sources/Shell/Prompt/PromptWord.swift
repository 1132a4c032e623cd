/// A word that is no command, and that a person at the prompt means all the same.
enum PromptWord {
    /// `exit`, `\q` and `:q`, as in other clients.
    case end
    case clear

    init?(_ line: String) {
        let words = line.split { $0.isWhitespace || $0 == ";" }
        guard words.count == 1, let word = words.first else { return nil }
        switch word {
        case "exit", #"\q"#, ":q": self = .end
        case "clear": self = .clear
        default: return nil
        }
    }
}
