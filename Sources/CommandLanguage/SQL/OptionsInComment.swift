/// Options behind SQL, which are a comment of it: `DELETE FROM t --dry-run` would delete.
///
/// Found is a comment that is nothing but options and their values, up to its `;` or a remark: where the SQL ends in it, or
/// seems to end by that `;`.
struct OptionsInComment {
    private let syntax: CommandSyntax
    private let table: CommandTable
    private let source: SourceText
    private var bytes: [UInt8] { source.bytes }

    init(of invocation: Invocation) {
        (syntax, table, source) = (invocation.syntax, invocation.table, invocation.source)
    }

    /// An error that names the first option; nil where there is none.
    ///
    /// - Parameter sql: where the SQL stands.
    func fault(in sql: Span) -> Diagnostic? {
        guard let name = firstOption(in: sql) else { return nil }
        let option = source.text(name)
        return Diagnostic(
            "\(option) is a comment of the SQL here", at: name, in: source,
            help: "options stand before SQL: \(syntax.name) \(option) …; a comment begins with '-- '")
    }

    private func firstOption(in sql: Span) -> Span? {
        // Most SQL has none, and need not be read again.
        guard mayHaveComment(sql) else { return nil }
        var lexer = SQLLexer(bytes, at: sql.start, end: sql.end)
        /// The first option of the comments behind which nothing stood so far.
        var last: Span?
        while let token = lexer.nextOrComment() {
            guard token.kind == .comment else {
                if token.kind != .semicolon { last = nil }
                continue
            }
            guard bytes[token.span.start] == UInt8(ascii: "-"), let name = option(of: token.span) else { continue }
            // A command would have ended at the semicolon.
            if bytes[token.span.start..<token.span.end].contains(UInt8(ascii: ";")) { return name }
            last = last ?? name
        }
        return last
    }

    private func mayHaveComment(_ sql: Span) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var index = sql.start
            while index + 1 < sql.end {
                if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-") { return true }
                index += 1
            }
            return false
        }
    }

    /// The first option of a line comment that is options.
    private func option(of comment: Span) -> Span? {
        let written = bytes[comment.start..<comment.end].prefix { $0 != UInt8(ascii: ";") }
        var scanner = Scanner(source, at: comment.start, end: written.endIndex)
        var first: Span?
        /// How many more words may be values of the last option.
        var values = 0
        while scanner.position < scanner.end {
            if bytes[scanner.position] <= 0x20 {
                scanner.position += 1
                continue
            }
            let start = scanner.position
            guard (try? scanner.word()) != nil, scanner.position > start else { return nil }
            let word = Span(start, scanner.position)
            if let (name, count) = option(at: word) {
                first = first ?? name
                values = count
            } else if source.text(word) == "--" || bytes[start] == UInt8(ascii: "#") {
                break
            } else if values > 0 {
                values -= 1
            } else {
                return nil
            }
        }
        return first
    }

    /// The place of a known option's name, and how many of the next words may be its values.
    private func option(at word: Span) -> (name: Span, values: Int)? {
        let name = bytes[word.start..<word.end].prefix { $0 != UInt8(ascii: "=") }
        let span = Span(word.start, name.endIndex)
        if table.helpOption != nil, source.text(word) == "--help" { return (span, 0) }
        guard let number = table.optionNumber(at: span, in: bytes, of: syntax) else { return nil }
        let option = table.option(number, of: syntax)
        guard option.value != nil else { return span.end == word.end ? (span, 0) : nil }
        // Of nodes people write several.
        return (span, option.kind == .nodes ? .max : span.end == word.end ? 1 : 0)
    }
}

extension Invocation {
    /// An error that names an option of tscl's which stands in a comment of SQL; nil where the SQL is psql's.
    var optionsInComment: Diagnostic? {
        guard let text, !isPsqls else { return nil }
        return OptionsInComment(of: self).fault(in: text.span)
    }
}
