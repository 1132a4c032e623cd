/// Commands of other clients, psql's above all, and what does the same here.
package struct ForeignCommands: Sendable {
    package struct Command: Sendable {
        /// As it is written there. A word in capitals stands for one of the user's: `\d NAME`.
        package let form: String
        /// What does it here: the commands stand in single quotes, and the user's words have the form's names in them.
        package let answer: String

        package init(_ form: String, _ answer: String) {
            self.form = form
            self.answer = answer
        }
    }

    package let all: [Command]
    /// The first words without a backslash, in lower case.
    private let plainWords: [Substring.UTF8View]

    package init(_ all: [Command]) {
        self.all = all
        plainWords = all.map { $0.firstWord.utf8 }.filter { $0.first != UInt8(ascii: "\\") }
    }

    /// Whether SQL begins with a word that begins a command, too: of most SQL this is all that has to be asked.
    fileprivate func mayBe(_ sql: ArraySlice<UInt8>) -> Bool {
        guard let first = sql.first.map({ $0 | 0x20 }) else { return false }
        return plainWords.contains { word in
            word.first == first && sql.count >= word.count && zip(word, sql).allSatisfy { $0 == $1 | 0x20 }
                && sql.dropFirst(word.count).first.map { !isIdentifierByte($0) } ?? true
        }
    }

    /// The commands of a first word, which is in lower case unless it begins with a backslash: those of most words first, and
    /// of as many those with the fewest of the user's.
    private func commands(of word: some StringProtocol) -> [Command] {
        all.filter { $0.firstWord == word }
            .sorted { ($0.words.count, $0.literalCount) > ($1.words.count, $1.literalCount) }
    }

    /// What does the same as a line of another client; nil if it is none's.
    ///
    /// - Parameter statement: the SQL before it, for a command that says how that is shown.
    package func answer(to line: String, behind statement: String? = nil) -> String? {
        let words = Self.words(of: line)
        guard let first = words.first else { return nil }
        guard first.hasPrefix("\\") else {
            return commands(of: first.lowercased()).first { $0.matches(words, isWhole: true) }?
                .answer(with: words, statement)
        }
        // psql's + tells more, and its S counts what the system has too.
        let plain = String(first.reversed().drop { $0 == "+" || $0 == "S" }.reversed())
        let exact = commands(of: first)
        let command = (exact.isEmpty ? commands(of: plain) : exact).first { $0.matches(words, isWhole: false) }
        return command?.answer(with: words, statement) ?? Self.unknown
    }

    /// The words of a line; what stands in quotes is of one, whatever is in it.
    private static func words(of line: String) -> [String] {
        var quote: Character?
        return line.split { character in
            if let open = quote {
                if character == open { quote = nil }
                return false
            }
            if character == "\"" || character == "'" { quote = character }
            return character.isWhitespace || character == ";"
        }.map(String.init)
    }

    private static let unknown = #"what begins with \ is psql's; 'help' lists the commands of tscl"#
}

extension ForeignCommands.Command {
    fileprivate var words: [Substring] { form.split(separator: " ") }

    fileprivate var firstWord: Substring { form[..<(form.utf8.firstIndex(of: UInt8(ascii: " ")) ?? form.endIndex)] }

    private static func isName(_ word: Substring) -> Bool { word.allSatisfy { $0.isUppercase } }

    fileprivate var literalCount: Int { words.count { !Self.isName($0) } }

    /// - Parameter isWhole: whether no further words may follow. The first word has been compared.
    fileprivate func matches(_ written: [String], isWhole: Bool) -> Bool {
        let words = words
        guard written.count >= words.count, !isWhole || written.count == words.count else { return false }
        return zip(words, written).dropFirst().allSatisfy { Self.isName($0) || $0 == $1.lowercased() }
    }

    fileprivate func answer(with written: [String], _ statement: String?) -> String {
        var answer = answer
        for (name, word) in zip(words, written) where Self.isName(name) && word.isPlainName {
            answer = answer.replacing(name, with: word)
        }
        return answer.replacing("STATEMENT", with: statement ?? "SELECT 1")
    }
}

extension String {
    /// Whether it can stand in a command or in SQL without quotes, and is too simple to be a secret of a connection string.
    fileprivate var isPlainName: Bool {
        !isEmpty && utf8.allSatisfy { isIdentifierByte($0) || $0 == UInt8(ascii: ".") }
    }
}

extension Invocation {
    /// The error in SQL that is a command of another client, or ends in one: `SHOW TABLES`, `SELECT 1 \gx`.
    package var foreignCommand: Diagnostic? {
        guard let text, let foreign = table.foreignCommands else { return nil }
        let sql = source.bytes[text.span.start..<text.span.end]
        if foreign.mayBe(sql), let answer = foreign.answer(to: source.text(text.span)) {
            return Diagnostic("this is no SQL of PostgreSQL's", at: text.span, in: source, help: answer)
        }
        // A backslash outside of quotes is never SQL; at the end of a line it joins two of them.
        guard sql.contains(UInt8(ascii: "\\")) else { return nil }
        var lexer = SQLLexer(source.bytes, at: text.span.start, end: text.span.end)
        while let token = lexer.next() {
            guard token.kind == .other, source.bytes[token.span.start] == UInt8(ascii: "\\") else { continue }
            let rest = Span(token.span.start, text.span.end)
            let word = source.text(rest).prefix { !$0.isWhitespace }
            guard word != "\\" else { continue }
            let statement = source.text(Span(text.span.start, token.span.start)).trimmed
            // What is long or goes over lines is no line to be typed again.
            let isShort = statement.utf8.count <= 200 && !statement.contains(where: \.isNewline)
            return Diagnostic(
                "\(word) is no SQL", at: Span(rest.start, rest.start + word.utf8.count), in: source,
                help: foreign.answer(to: source.text(rest), behind: isShort ? statement : nil))
        }
        return nil
    }
}

extension String {
    /// Without the blanks around it.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
