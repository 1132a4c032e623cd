import Platform

/// Searching the history with Ctrl-R.
extension EditSession {
    /// Lets a person type a pattern, and takes over the entry found: any key that does not belong to the search ends it
    /// and then does what it does. Ctrl-G gives the line back as it was.
    func searchHistory() {
        let line = editLine.line
        var search = HistorySearch(state.history.withLock(\.entries))
        defer { self.search = nil }
        while true {
            self.search = search
            guard let key = editLine.nextCharacter() else { return }
            switch key.value {
            case 0x12: search.older()
            case 0x13: search.newer()
            case 0x08, 0x7f: search.removeLast()
            case 0x07: return
            case 0x20..<0x7f, 0x80...: search.append(key)
            default:
                if let match = search.match, !search.pattern.isEmpty {
                    walk.go(to: match.index, from: line.text.asString)
                    replaceLine(with: match.entry)
                    editLine.moveCursor(to: match.cursor)
                }
                // An ESC by itself only ends the search; else it begins the sequence of a key.
                if key != "\u{1b}" || hasMoreInput() { editLine.push(key) }
                return
            }
            if search.hasFailed { ring() }
        }
    }
}

extension HistorySearch.Match {
    /// Where the pattern begins, in characters.
    var cursor: Int {
        String(decoding: entry.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
    }
}

extension HistorySearch {
    /// The search as it is shown in place of the line.
    func frame(columns: Int, _ charset: Charset) -> Frame {
        let found = match.map { Array($0.entry.unicodeScalars) } ?? []
        let prompt = Prompt(hasFailed ? "not in the history: \(pattern): " : "history: \(pattern): ", continuation: "")
        return Frame(prompt: prompt, text: found, cursor: match?.cursor ?? 0, columns: columns, charset: charset)
    }
}
