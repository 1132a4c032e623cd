/// psql's `\connect NAME` in a file of SQL, which the dump of a whole database has behind its CREATE DATABASE.
///
/// Where a name has other characters than letters, digits, `_` and `.`, pg_dump writes
/// `\connect -reuse-previous=on "dbname='…'"`, and `\encoding SQL_ASCII` on a line before it (`appendPsqlMetaConnect` in
/// PostgreSQL's string_utils.c).
extension Parser {
    /// - Parameter word: what stands in the place of a command's name.
    mutating func databaseChange(_ word: Word) throws(ScanFailure) -> Step? {
        guard scanner.source.isSQL, blocks.isEmpty, let connect = table.command(named: "connect") else { return nil }
        var ahead = scanner
        let command = try ahead.skipEncoding(word.span)
        guard [#"\connect"#, #"\c"#].contains(scanner.source.text(command)) else { return nil }
        try ahead.skipBlanks()
        let reuse = ahead.skip("-reuse-previous=on")
        // What is not one name is psql's alone, as - and a role behind the name are.
        guard !ahead.isAtCommandEnd, ahead.peek() != UInt8(ascii: "-"), ahead.peek() != UInt8(ascii: "#"),
            let name = ahead.databaseName(), ahead.isAtLineEnd
        else { return nil }
        scanner.position = name.span.end
        takesSecret = connect.takesSecret
        phase = .arguments
        binder.begin(connect, nameSpan: command)
        if let reuse { binder.accept(optionNamed: "--reuse-previous", at: reuse) }
        binder.accept(name)
        guard let invocation = binder.finish(end: name.span.end, text: nil) else { return .failure(binder.diagnostics) }
        return .statement(.command(invocation))
    }
}

extension Scanner {
    /// Skips an encoding by which psql is to take the name on the next line as bytes, which it is here anyway.
    ///
    /// - Parameter command: a command's name, which has been read.
    /// - Returns: the command's name on the next line; the same where this line is something else.
    fileprivate mutating func skipEncoding(_ command: Span) throws(ScanFailure) -> Span {
        guard source.text(command) == #"\encoding"# else { return command }
        var ahead = self
        try ahead.skipBlanks()
        guard ahead.skip("SQL_ASCII") != nil, ahead.isAtLineEnd else { return command }
        ahead.skipComment()
        if ahead.position + 1 >= end, !isFinal { throw .incomplete(.continuedLine) }
        ahead.position += 1
        guard ahead.position < end else { return command }
        self = ahead
        let next = firstWord
        position = next.end
        return next
    }

    /// Skips a word and the blanks behind it; nil, and nothing skipped, where another stands here.
    fileprivate mutating func skip(_ word: String) -> Span? {
        let span = firstWord
        guard source.text(span) == word else { return nil }
        position = span.end
        while let byte = peek(), isBlank(byte) { position += 1 }
        return span
    }

    /// A name as psql reads it: in double quotes everything stands for itself, but for a quote that is doubled.
    fileprivate mutating func databaseName() -> Word? {
        guard peek() == UInt8(ascii: "\"") else {
            guard let name = try? word(), !name.hasVariables else { return nil }
            return name
        }
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            position += 1
            guard byte == UInt8(ascii: "\"") else { continue }
            guard peek() == byte else { return Word(identifier: Span(start, position)) }
            position += 1
        }
        return nil
    }

    /// Whether nothing more of a command stands in this line.
    fileprivate var isAtLineEnd: Bool {
        var ahead = self
        while let byte = ahead.peek(), isBlank(byte) || byte == UInt8(ascii: "\r") { ahead.position += 1 }
        return ahead.isAtCommandEnd
    }
}
