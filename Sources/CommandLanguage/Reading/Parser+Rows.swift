/// Reading over the rows behind a COPY … FROM STDIN: they are data, whatever becomes of the statement.
extension Parser {
    /// The statement with the rows behind it; the position is then behind them.
    mutating func takingRows(of invocation: Invocation) throws(ScanFailure) -> Step {
        let statement = Step.statement(.command(invocation))
        guard invocation.takesRows, !scanner.stopsAtEnd else { return statement }
        let place = RowsPlace(behind: scanner.position, in: scanner.bytes, upTo: scanner.end)
        guard let start = place.start else { return statement }
        if let other = place.other {
            guard blocks.isEmpty, skipRows(from: start) != nil else { return statement }
            return .failure([
                Diagnostic(
                    "the rows of the COPY begin on the next line, and this stands before them", at: other,
                    in: scanner.source, help: #"put it behind the line \. that ends the rows"#)
            ])
        }
        if let rows = skipRows(from: start) { return .statement(.command(invocation.followed(by: rows))) }
        if !scanner.isFinal { throw .incomplete(.rows) }
        return statement
    }

    /// Skips the rows behind what can't be read and ends in a COPY … FROM STDIN, also behind the name of a command, a
    /// mistyped one, or in quotes.
    mutating func skipRows(behindFailedFrom start: Int) {
        guard !scanner.stopsAtEnd, table.bareSQL != nil else { return }
        let copy = Array("copy".utf8)
        let quotes = Array("'\"$; \t\r\n".utf8)
        var words = scanner.bytes[start..<scanner.position]
        // SQL's lexer would take an option for a comment, and a dollar sign for a part of the word before it.
        while let last = words.last, quotes.contains(last) { words.removeLast() }
        while !words.isEmpty, !words.starts(with: copy, by: { $0 | 0x20 == $1 }) { words.removeFirst() }
        guard CopyDirection(in: Span(words.startIndex, words.endIndex), of: scanner.bytes) == .fromClient,
            let next = RowsPlace(behind: scanner.position, in: scanner.bytes, upTo: scanner.end).start
        else { return }
        _ = skipRows(from: next)
    }

    /// - Returns: nil, and nothing skipped, where no line ends them, and they can't arrive behind the text either.
    private mutating func skipRows(from start: Int) -> InlineRows? {
        // A text of many such statements is searched once.
        guard unendedRows.map({ start < $0 }) ?? true else { return nil }
        if let ending = InlineRows.ending(in: scanner.bytes, from: start, isFinal: scanner.isFinal) {
            passRows(from: start, upTo: ending.end)
            return InlineRows(start: start, end: ending.start)
        }
        guard !scanner.isFinal else {
            unendedRows = start
            return nil
        }
        guard blocks.isEmpty else { return nil }
        awaitsRows = true
        passRows(from: start, upTo: start)
        return InlineRows(start: start, end: nil)
    }
}

extension Invocation {
    /// Whether it is a COPY … FROM STDIN, whose rows stand behind it, be it that the command refuses it.
    var takesRows: Bool { text.map { CopyDirection(of: $0) == .fromClient } ?? false && !namesFile }
}

/// What stands behind a statement, up to the line on which rows can begin.
struct RowsPlace {
    /// Where that line begins; nil where the text ends before.
    private(set) var start: Int?
    /// The rest of the statement's line, where that is no comment.
    private(set) var other: Span?

    init(behind position: Int, in bytes: [UInt8], upTo end: Int) {
        var index = position
        if index < end, bytes[index] == UInt8(ascii: ";") { index += 1 }
        while index < end, isBlank(bytes[index]) || bytes[index] == UInt8(ascii: "\r") { index += 1 }
        let lineEnd = bytes[index..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
        let rest = bytes[index..<lineEnd]
        if let first = rest.first, first != UInt8(ascii: "#"), !rest.starts(with: "--".utf8) {
            other = Span(index, lineEnd)
        }
        start = lineEnd < end ? lineEnd + 1 : nil
    }
}
