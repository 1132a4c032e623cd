/// Options behind SQL, where they are a comment: `DELETE FROM t --dry-run` would delete.
extension Invocation {
    /// An error that names the first option; nil where the SQL doesn't end in a comment that is options and their values,
    /// written as options are.
    var optionInComment: Diagnostic? {
        guard let text, let comment = closingComment(of: text.span) else { return nil }
        let words = source.bytes[comment.start..<comment.end].split { $0 <= 0x20 }
        var options: [Span] = []
        var mayBeValue = false
        for word in words {
            let span = Span(word.startIndex, word.endIndex)
            if let (name, takesValue) = option(at: span) {
                options.append(name)
                mayBeValue = takesValue
            } else if mayBeValue {
                mayBeValue = false
            } else {
                return nil
            }
        }
        guard let first = options.first else { return nil }
        let name = source.text(first)
        return Diagnostic(
            "\(name) is a comment of the SQL here", at: first, in: source,
            help: "options stand before SQL: \(syntax.name) \(name) …; a comment begins with '-- '")
    }

    /// The place of a known option's name, and whether the next word may be its value.
    private func option(at word: Span) -> (name: Span, takesValue: Bool)? {
        let name = source.bytes[word.start..<word.end].prefix { $0 != UInt8(ascii: "=") }
        let span = Span(word.start, name.endIndex)
        guard let number = table.optionNumber(at: span, in: source.bytes, of: syntax) else { return nil }
        let takesValue = table.option(number, of: syntax).value != nil
        guard span.end == word.end || takesValue else { return nil }
        return (span, takesValue && span.end == word.end)
    }

    /// The line comment that SQL ends in, without a `;` at its end.
    private func closingComment(of sql: Span) -> Span? {
        let bytes = source.bytes
        var end = sql.end
        while end > sql.start, bytes[end - 1] <= 0x20 || bytes[end - 1] == UInt8(ascii: ";") { end -= 1 }
        // Most SQL has no such line, and need not be read again.
        let line = bytes[sql.start..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? sql.start
        guard
            zip(line..<end, line + 1..<max(end, line + 1)).contains(where: {
                bytes[$0] == UInt8(ascii: "-") && bytes[$1] == UInt8(ascii: "-")
            })
        else { return nil }
        let lexer = SQLLexer(bytes, at: sql.start, end: end)
        var position = sql.start
        var last: SQLLexer.Token?
        while position < end {
            if bytes[position] <= 0x20 {
                position += 1
                continue
            }
            let token = lexer.token(at: position)
            last = token
            position = token.span.end
        }
        guard let last, last.kind == .comment, bytes[last.span.start] == UInt8(ascii: "-") else { return nil }
        return last.span
    }
}
