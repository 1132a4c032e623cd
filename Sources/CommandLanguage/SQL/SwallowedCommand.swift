/// A line of SQL that was meant as a command: SQL that begins a line by itself runs to its `;`, over all lines between.
///
/// It is found where no SQL could go on so: behind what is complete, outside of parentheses, at the beginning of a line.
/// What may be an alias or the beginning of a clause is left alone.
extension Invocation {
    /// A warning that names the line; nil where nothing looks so.
    var swallowedCommand: Diagnostic? {
        // Behind the word `sql` it ends with its line.
        guard let text, text.span.start == span.start else { return nil }
        let bytes = source.bytes
        guard bytes[text.span.start..<text.span.end].contains(UInt8(ascii: "\n")) else { return nil }
        var lexer = SQLLexer(bytes, at: text.span.start, end: text.span.end)
        var depth = 0
        var before: [SQLLexer.Token] = []
        while let token = lexer.next() {
            switch token.kind {
            case .openParenthesis: depth += 1
            case .closeParenthesis: depth -= 1
            case .word where depth == 0 && isComplete(before, lexer) && isAtLineStart(token):
                if let command = command(at: token, behind: lexer, upTo: text.span.end) { return warning(command) }
            default: break
            }
            before = before.suffix(1) + [token]
        }
        return nil
    }

    private func warning(_ command: Span) -> Diagnostic {
        let line = source.position(at: span.start).line
        return Diagnostic(
            warning: "this line is a part of the SQL that begins in line \(line), which runs to its ;", at: command,
            in: source, help: "if \(source.citation(command)) is a command, end the SQL before it with ;")
    }

    private func isAtLineStart(_ token: SQLLexer.Token) -> Bool {
        var index = token.span.start
        while index > span.start, source.bytes[index - 1] != UInt8(ascii: "\n") {
            guard source.bytes[index - 1] <= 0x20 else { return false }
            index -= 1
        }
        return index > span.start
    }

    /// Whether SQL may end behind these tokens.
    private func isComplete(_ tokens: [SQLLexer.Token], _ lexer: SQLLexer) -> Bool {
        guard let last = tokens.last else { return false }
        switch last.kind {
        case .word: return !Self.unfinished.contains(lexer.text(of: last).uppercased())
        case .other:
            // A star is a product's, unless it stands for all columns.
            guard lexer.text(of: last) == "*", tokens.count == 2 else { return false }
            return ["SELECT", ".", ","].contains(lexer.text(of: tokens[0]).uppercased())
        default: return true
        }
    }

    /// The words of a command at the beginning of a line.
    private func command(at token: SQLLexer.Token, behind lexer: SQLLexer, upTo end: Int) -> Span? {
        var words = lineWords(from: token.span.start, upTo: end)[...]
        var place = 0
        var command = Span(token.span.start, token.span.start)
        while let word = words.first, let deeper = table.place(behind: place, at: word, in: source.bytes) {
            place = deeper
            command.end = word.end
            words.removeFirst()
        }
        guard let syntax = table.syntax(at: place) else { return nil }
        // `ALTER … SET` is one statement, however it is broken into lines.
        if syntax.name == "set", bytesBegin(with: "ALTER") { return nil }
        let rest = words.prefix(2).map { source.text($0).uppercased() }
        if let next = rest.first {
            // `SET x = 1` and `check (x)` are SQL's, and so is what follows an alias.
            if rest.contains(where: { $0.hasPrefix("=") }) || next.hasPrefix("(") || next.hasPrefix(",") { return nil }
            return Self.clauses.contains(next) ? nil : command
        }
        guard syntax.words.count == 1 else { return command }
        // A word alone may be an alias, where a clause follows.
        var following = lexer
        guard let next = following.next() else { return command }
        let isClause = next.kind != .word || Self.clauses.contains(following.text(of: next).uppercased())
        return isClause ? nil : command
    }

    private func bytesBegin(with verb: String) -> Bool {
        source.text(Span(span.start, min(span.end, span.start + verb.utf8.count))).uppercased() == verb
    }

    /// What stands in a line, between blanks.
    private func lineWords(from start: Int, upTo end: Int) -> [Span] {
        let line = source.bytes[start..<end].prefix { $0 != UInt8(ascii: "\n") }
        return line.split { $0 <= 0x20 }.map { Span($0.startIndex, $0.endIndex) }
    }

    /// Words behind which SQL goes on.
    private static let unfinished: Set = [
        "SELECT", "DISTINCT", "ALL", "FROM", "WHERE", "AND", "OR", "NOT", "ON", "BY", "JOIN", "IN", "AS", "LIKE",
        "ILIKE", "SET", "USING", "HAVING", "LIMIT", "OFFSET", "FETCH", "UNION", "EXCEPT", "INTERSECT", "CASE", "WHEN",
        "THEN", "ELSE", "BETWEEN", "IS", "WITH", "RECURSIVE", "VALUES", "TABLE", "ONLY", "LATERAL", "INTO", "RETURNING",
        "EXPLAIN", "ANALYZE", "VERBOSE", "SHOW", "EXISTS", "ANY", "SOME", "OVER", "PARTITION", "ORDER", "GROUP",
        "INSERT",
        "UPDATE", "DELETE", "SIMILAR", "TO", "AT", "ZONE", "COLLATE", "ESCAPE", "FILTER", "WITHIN", "WINDOW", "FOR",
        "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL", "INTERVAL", "DATE", "TIMESTAMP", "TIMESTAMPTZ",
        "DO", "CONFLICT",
    ]

    /// Words that go on behind an alias.
    private static let clauses: Set = [
        "AS", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "FOR", "WINDOW", "UNION",
        "EXCEPT", "INTERSECT", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "ON", "USING",
        "TABLESAMPLE", "RETURNING", "SET", "EXISTS", "NOT",
    ]
}
