import Platform

/// The suggestion of the last like line, as in fish: greyed behind what is typed, taken with the keys that go right.
extension EditSession {
    /// The rest of the newest entry of the history that begins with the line; nil unless the cursor is at the line's end.
    func suggestion(for line: (text: [Unicode.Scalar], cursor: Int)) -> String? {
        guard configuration.showsSuggestions, configuration.hasEscapes, !isPasting, !line.text.isEmpty,
            line.cursor == line.text.count
        else { return nil }
        let typed = Array(line.text.asString.utf8)
        let entry = state.history.withLock { log in
            log.entries.last { $0.utf8.count > typed.count && $0.utf8.starts(with: typed) }
        }
        return entry.map { String(decoding: $0.utf8.dropFirst(typed.count), as: UTF8.self) }
    }

    /// Takes the suggestion, or as much of it as `length` says.
    ///
    /// - Returns: false where there is none.
    func takeSuggestion(_ length: (Substring) -> Substring = { $0 }) -> Bool {
        let line = editLine.line
        guard let rest = suggestion(for: line) else { return false }
        editLine.replace(line.cursor..<line.cursor, with: String(length(rest[...])))
        return true
    }

    /// → and Ctrl-F.
    func moveRight() {
        let line = editLine.line
        if line.cursor < line.text.count {
            editLine.moveCursor(to: line.cursor + 1)
        } else if !takeSuggestion() {
            ring()
        }
    }

    /// Ctrl-→: to the end of a word, or takes one of the suggestion.
    func moveWordRight() {
        let line = editLine.line
        var end = line.cursor
        while end < line.text.count, line.text[end] == " " || line.text[end] == "\n" { end += 1 }
        while end < line.text.count, line.text[end] != " ", line.text[end] != "\n" { end += 1 }
        if end > line.cursor { return editLine.moveCursor(to: end) }
        let isTaken = takeSuggestion { rest in
            let word = rest.drop { $0 == " " }.prefix { $0 != " " && $0 != "\n" }
            return rest[..<word.endIndex]
        }
        if !isTaken { ring() }
    }
}
