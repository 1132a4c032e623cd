import CommandLanguage

extension Secrets {
    /// Whether a line of commands must not get into the history.
    package static func areIn(line: String) -> Bool {
        guard mayBeIn(line: line) else { return false }
        let lowered = outline(withPlainDashes(line))
        if !places(inConninfo: lowered).isEmpty || !places(inSQL: lowered).isEmpty { return true }
        let lines = lowered.split(whereSeparator: { $0 == ";" || $0 == "\n" })
        let statements = lines.flatMap { line in
            line.split(whereSeparator: \.isWhitespace).split(whereSeparator: { $0 == "{" || $0 == "}" })
        }
        return statements.map(Array.init).contains { words in
            setsSecret(words) || namesSecret(words) || hasSecretOption(words)
        }
    }

    /// A quick test, which most statements of SQL do not pass: for the words of secrets, options, and the first words of
    /// commands that may have a secret behind them.
    static func mayBeIn(line: String) -> Bool {
        if mayBeIn(line) || line.utf8.contains(where: { $0 >= 0x80 }) { return true }
        let ends = Array(";\n{}".utf8)
        return line.utf8.split(whereSeparator: { ends.contains($0) }).contains { statement in
            let words = statement.split(whereSeparator: { $0 <= UInt8(ascii: " ") })
            return words.contains { $0.first == UInt8(ascii: "-") && !isNumber($0) }
                || words.drop { $0.elementsEqual("sql".utf8) }.first.map { maySetSecret($0.map { $0 | 0x20 }) } == true
        }
    }

    private static func isNumber(_ word: Substring.UTF8View.SubSequence) -> Bool {
        word.dropFirst().first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
    }

    /// - Parameter verb: the first word of a command, in lower case.
    private static func maySetSecret(_ verb: [UInt8]) -> Bool {
        ["role", "node", "create", "alter"].contains { verb == Array($0.utf8) } || isNearSet(verb)
    }

    private static func isNearSet(_ verb: [UInt8]) -> Bool {
        (2...4).contains(verb.count) && Suggestion.editDistance(verb, Array("set".utf8)) <= 1
    }

    /// What is copied from a text often has typographic dashes in it.
    private static func withPlainDashes(_ line: String) -> String {
        String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { (0x2010...0x2015).contains($0.value) || $0.value == 0x2212 ? "-" : $0 }))
    }

    /// Whether a variable gets a value that its name says is secret, and that stands there: `set db_password x`.
    private static func setsSecret(_ words: [Substring]) -> Bool {
        guard let verb = words.first, isNearSet(Array(verb.utf8)) else { return false }
        let operands = words.dropFirst().filter { !$0.hasPrefix("-") }
        guard let name = operands.first, SecretName.isLikely(name) else { return false }
        let value = operands.dropFirst().joined(separator: " ").filter { $0 != "\"" }
        let isReference = value.hasPrefix("${") && value.firstIndex(of: "}") == value.indices.last
        return !value.isEmpty && !isReference
    }

    /// Whether a command of tscl has a password as SQL would have it: `role alter app password x`.
    private static func namesSecret(_ words: [Substring]) -> Bool {
        guard let noun = words.first, ["role", "node"].contains(noun) else { return false }
        return words.dropFirst(2).dropLast().contains { SecretName.isOfSQL($0) }
            || words.dropFirst(2).contains { SecretName.hasValue($0) }
    }

    /// Whether there is an option that gives a password in clear. tscl has no such option, but a user who types one has
    /// typed the password too.
    private static func hasSecretOption(_ words: [Substring]) -> Bool {
        words.indices.contains { index in
            guard words[index].hasPrefix("-") else { return false }
            let option = words[index].drop { $0 == "-" }
            let name = option.prefix { $0.isLetter || $0 == "-" || $0 == "_" }
            let written = option[name.endIndex...].first == "=" ? option[name.endIndex...].dropFirst() : nil
            let next = words[(index + 1)...].first.flatMap { $0.hasPrefix("-") ? nil : $0 }
            switch name {
            case "password-file": return false
            case "password-env": return (written ?? next).map { !isVariable($0) } ?? false
            case "password-prompt", "password-stdin", "map-password":
                // Behind a verb and a name a further word may be the password.
                return written != nil || next != nil && words[..<index].count { !$0.hasPrefix("-") } > 2
            default: return SecretName.isLikely(name) || ["pas", "pw", "psw"].contains { name.hasPrefix($0) }
            }
        }
    }

    /// Whether it may be the name of a variable of the environment, or a reference to one.
    private static func isVariable(_ text: Substring) -> Bool {
        text.hasPrefix("${") || text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
