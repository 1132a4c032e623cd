package import CommandLanguage
import MultiNode

/// Arguments that stand where tscl does not take them, as other clients have them: its own options behind a command, and a
/// database, or a database and a role, as bare words.
package struct MisplacedArguments {
    private let words: [String]
    private let options: [String]
    private let table: CommandTable
    private let isFile: (String) -> Bool

    /// - Parameters:
    ///   - words: what stands behind tscl's own options, and can't be run.
    ///   - options: those.
    ///   - isFile: whether a word is the path of a file.
    package init(
        _ words: [String], behind options: [String] = [], table: CommandTable,
        isFile: @escaping (String) -> Bool = { _ in false }
    ) {
        self.words = words
        self.options = options
        self.table = table
        self.isFile = isFile
    }

    /// The whole command line that was meant; nil where none can be told.
    package var remedy: String? { correction.map { shown($0.words) } }

    /// What is wrong, and the command line that was meant; nil where none can be told.
    package var help: String? { correction.map { "\($0.lead): \(shown($0.words))" } ?? listing }

    /// The errors, with what was meant as their help.
    package func advising(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard diagnostics.count == 1, let first = diagnostics.first else { return diagnostics }
        let message = withoutSecrets(first.message)
        if let help { return [first.replacing(message, help: help)] }
        return message == first.message ? diagnostics : [first.replacing(message, help: first.help)]
    }

    /// What is secret in the words as they stand, or where they belong.
    private func withoutSecrets(_ message: String) -> String {
        [words, correction?.words ?? []].reduce(message) { message, words in
            SecretArguments.places(in: words).reduce(message) { message, secret in
                let word = words[secret.key]
                let value = String(decoding: word.utf8.dropFirst(secret.value.lowerBound), as: UTF8.self)
                // The name of an option is none, whatever stands behind it.
                return value.isEmpty || value == word && word.hasPrefix("-")
                    ? message : message.replacing(value, with: "…")
            }
        }
    }

    /// What does here what psql does for its own options, where they stand behind the name of a database: `dist -l`.
    private var listing: String? {
        guard let first = words.first, isNoCommand(first), !isFile(first) else { return nil }
        return words.dropFirst().lazy.compactMap { OtherClients.options[$0] }.first
    }

    private typealias Correction = (lead: String, words: [String])

    private var correction: Correction? {
        // What stands behind it may be the password, which is an operand nowhere.
        if words.contains(where: { $0.hasPrefix("--password") }) { return nil }
        return moved ?? script ?? named
    }

    /// The words with the options of tscl before the command, where that makes it a command.
    private var moved: Correction? {
        let parts = Parts(words)
        guard !parts.command.isEmpty, parses(parts.command) else { return nil }
        if parts.hasSources || hasSources {
            return ("of several commands each stands behind a -c", options + line(of: parts))
        }
        guard !parts.options.isEmpty else { return nil }
        return ("tscl's own options stand before the command", options + line(of: parts))
    }

    /// The words as a script and its arguments, where the first is one.
    private var script: Correction? {
        guard !hasSources, let name = words.first, isNoCommand(name), isFile(name) else { return nil }
        return ("a file is run so", options + ["./\(name)"] + words.dropFirst())
    }

    /// The first word as the name of a database, and the second as that of a role, as psql takes them.
    private var named: Correction? {
        guard let first = words.first, isNoCommand(first), let given = try? TsclOptions.all.read(options) else {
            return nil
        }
        // A second file, or the argument of one.
        if hasSources, isFile(first) || first.hasSuffix(".tscl") || first.hasSuffix(".sql") { return nil }
        let behind = Parts(words.dropFirst())
        func isGiven(_ option: OptionSyntax) -> Bool {
            (given.given + behind.given).contains { $0.option === option }
        }
        let (database, role) = (TsclOptions.dbname.syntax, TsclOptions.username.syntax)
        guard isGiven(database) else {
            if let second = words.dropFirst().first, isNoCommand(second), !isGiven(role),
                let rest = run(by: Parts(words.dropFirst(2)))
            {
                return (
                    "'help' lists the commands; a database and a role are named so",
                    options + ["-d", first, "-U", second] + rest
                )
            }
            return run(by: behind).map {
                ("'help' lists the commands; a database is named so", options + ["-d", first] + $0)
            }
        }
        guard !isGiven(role) else { return nil }
        return run(by: behind).map { ("'help' lists the commands; a role is named so", options + ["-U", first] + $0) }
    }

    /// The words of what is run, where it is a command, or one with a slip in it, or none.
    private func run(by parts: Parts) -> [String]? {
        var parts = parts
        if !parts.command.isEmpty, !parses(parts.command) {
            guard let command = spelled(parts.command) else { return nil }
            parts.command = command
        }
        return line(of: parts)
    }

    private func line(of parts: Parts) -> [String] {
        guard parts.hasSources || hasSources, !parts.command.isEmpty else { return parts.options + parts.command }
        return ["-c", text(of: parts.command)] + parts.options
    }

    /// A command as -c takes it.
    private func text(of command: [String]) -> String {
        guard case .statement(.command(let invocation)) = ArgumentWords(command).parse(table: table),
            invocation.text == nil
        else { return command.joined(separator: " ") }
        return command.map { Quoting.word($0) }.joined(separator: " ")
    }

    private func parses(_ command: [String]) -> Bool {
        guard case .statement = ArgumentWords(command).parse(table: table) else { return false }
        return true
    }

    /// A command whose name has a slip in it, with the name that is nearest.
    private func spelled(_ command: [String]) -> [String]? {
        guard case .failure(let diagnostics) = ArgumentWords(command).parse(table: table),
            let help = diagnostics.first?.help, help.hasPrefix(Self.suggestion.0), help.hasSuffix(Self.suggestion.1)
        else { return nil }
        let name = help.dropFirst(Self.suggestion.0.count).dropLast(Self.suggestion.1.count)
            .split(separator: " ").map(String.init)
        let spelled = name + command.dropFirst(name.count)
        return parses(spelled) ? spelled : nil
    }

    private static let suggestion = ("did you mean ", "?")

    /// Whether tscl's own options name what is run already.
    private var hasSources: Bool { Parts(given: options).hasSources }

    private func shown(_ words: [String]) -> String {
        let secrets = SecretArguments.places(in: words)
        let shown = words.enumerated().map { index, word in
            guard let place = secrets[index] else { return ShellWord.quoted(word) }
            let bare = String(decoding: word.utf8.prefix(place.lowerBound), as: UTF8.self)
            return (bare.isEmpty ? "" : ShellWord.quoted(bare)) + "…"
        }
        return (["tscl"] + shown).joined(separator: " ")
    }

    /// Whether a word is not even the misspelt name of a command, nor another client's, nor a statement of SQL, nor a secret.
    private func isNoCommand(_ word: String) -> Bool {
        guard case .failure(let diagnostics) = ArgumentWords([word]).parse(table: table) else { return false }
        return diagnostics.first?.help?.hasPrefix("'help'") == true && !word.hasPrefix("-")
            && word.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: ";") } && !Secrets.areIn(line: word)
    }
}

/// Arguments told apart: the options of tscl, and what else there is.
private struct Parts {
    private(set) var options: [String] = []
    private(set) var given: [(option: OptionSyntax, value: String?)] = []
    var command: [String] = []

    /// Whether -c or -f is among the options.
    var hasSources: Bool {
        let sources = [TsclOptions.command.syntax, TsclOptions.file.syntax]
        return given.contains { given in sources.contains { $0 === given.option } }
    }

    init(given options: [String]) {
        self.options = options
        given = (try? TsclOptions.all.read(options))?.given ?? []
    }

    init(_ words: some Collection<String>) {
        var rest = Array(words)[...]
        while let word = rest.first {
            guard word.hasPrefix("-"), word != "-", word != "--",
                let reading = try? TsclOptions.all.read(Array(rest))
            else {
                command.append(word)
                rest.removeFirst()
                continue
            }
            options += rest.dropLast(reading.rest.count)
            given += reading.given
            rest = rest.suffix(reading.rest.count)
        }
    }
}
