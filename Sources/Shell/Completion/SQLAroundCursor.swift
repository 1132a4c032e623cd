/// SQL on both sides of a cursor, without the quotes in which a command may have it as a whole: `$$ … $$` or `'…'`.
struct SQLAroundCursor {
    let before: String
    /// To the closing quote, or to the end.
    let behind: String

    /// Nil where the cursor is behind the closing quote.
    ///
    /// - Parameters:
    ///   - text: the SQL up to the cursor, from its quote on.
    ///   - rest: what stands behind the cursor.
    init?(_ text: String, before rest: String) {
        let sql = text.drop(while: \.isWhitespace)
        guard let quote = Self.quote(opening: sql) else {
            (before, behind) = (text, rest)
            return
        }
        let inner = String(sql.dropFirst(quote.count))
        guard Self.end(of: quote, in: inner) == nil else { return nil }
        before = inner
        behind = String(rest[..<(Self.end(of: quote, in: rest) ?? rest.endIndex)])
    }

    /// `$$`, `$tag$` or `'`; no statement begins with one.
    private static func quote(opening sql: Substring) -> String? {
        if sql.hasPrefix("'") { return "'" }
        guard sql.hasPrefix("$"), let end = sql.dropFirst().firstIndex(of: "$") else { return nil }
        let tag = sql[sql.index(after: sql.startIndex)..<end]
        return tag.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? "$\(tag)$" : nil
    }

    private static func end(of quote: String, in text: String) -> String.Index? {
        // Of two quotes in a row each is one in the SQL.
        let plain = quote == "'" ? text.replacing("''", with: "  ") : text
        return plain.firstRange(of: quote).map {
            text.index(text.startIndex, offsetBy: plain.distance(from: plain.startIndex, to: $0.lowerBound))
        }
    }
}
