extension Arguments {
    /// Where what stands at a character of the command's SQL was written: a word of it, or the variable it came from.
    ///
    /// - Parameters:
    ///   - character: in the text that `sql` makes with the same quoting, in Unicode scalars from 1, as PostgreSQL counts.
    ///   - literal: quotes a value as a literal.
    ///   - identifier: quotes a value as an identifier.
    /// - Returns: nil where what was written can't be told from what was made of it, as behind an escape.
    package func span(
        ofCharacter character: Int, literal: (String) -> String, identifier: (String) -> String
    ) -> Span? {
        guard let text = invocation.text, character > 0 else { return nil }
        var rest = character - 1
        var starts = invocation.source.possibleStarts(of: text)
        for piece in text.pieces {
            switch piece {
            case .sql(let sql):
                let scalars = sql.unicodeScalars
                if let index = scalars.index(scalars.startIndex, offsetBy: rest, limitedBy: scalars.endIndex),
                    index < scalars.endIndex
                {
                    return starts.lazy.compactMap { start in
                        invocation.source.word(behind: sql[..<index], in: Span(start, text.span.end))
                    }.first
                }
                rest -= scalars.count
            case .literal(let name, let span), .identifier(let name, let span):
                guard let value = variables[name] else { return nil }
                let quoted = if case .literal = piece { literal(value.text) } else { value.identifier(identifier) }
                rest -= quoted.unicodeScalars.count
                if rest < 0 { return span }
                starts = [span.end]
            }
        }
        return rest == 0 ? Span(text.span.end, text.span.end) : nil
    }
}

extension SourceText {
    /// Where the first byte of a text may be: where it begins, or behind the quote that it is in as a whole.
    fileprivate func possibleStarts(of text: SQLText) -> [Int] {
        let start = text.span.start
        return [start, start + (Scanner(self, at: start).dollarQuoteLength(at: start) ?? 1)]
    }

    /// The word that stands behind a part of SQL.
    ///
    /// - Parameters:
    ///   - part: as it was made of what was written.
    ///   - written: what was written, from the part's beginning on.
    /// - Returns: nil where something else was written there.
    fileprivate func word(behind part: Substring, in written: Span) -> Span? {
        let scanner = Scanner(self)
        var position = written.start
        for byte in part.utf8 {
            if position < written.end, bytes[position] == byte {
                position += 1
            } else if byte == UInt8(ascii: "\n"), let length = scanner.continuationLength(at: position) {
                position += length
            } else {
                return nil
            }
        }
        guard position < written.end else { return nil }
        var end = position + 1
        let first = bytes[position]
        if isIdentifierByte(first) {
            while end < written.end, isIdentifierByte(bytes[end]) { end += 1 }
        } else if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            while end < written.end, bytes[end] != UInt8(ascii: "\n"), bytes[end - 1] != first || end == position + 1 {
                end += 1
            }
        }
        return Span(position, end)
    }
}
