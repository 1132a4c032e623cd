/// What the keys do.
extension EditSession {
    /// Enter: runs the command, or begins a further line of one that is not finished.
    func accept() {
        let text = editLine.line.text.asString
        if configuration.needsMore(text) {
            lacksEnd = configuration.lacksEnd(text)
            let cursor = editLine.line.cursor
            editLine.replace(cursor..<cursor, with: "\n")
        } else {
            conclude(.line(text.withoutTrailingNewlines))
        }
    }

    /// Ctrl-D.
    func deleteOrEnd() {
        let line = editLine.line
        if line.text.isEmpty {
            conclude(.endOfInput)
        } else if line.cursor < line.text.count {
            editLine.replace(line.cursor..<line.cursor + 1, with: "")
        } else {
            ring()
        }
    }

    /// Goes to the line above, and from the first one to the entry before in the history.
    ///
    /// - Parameter isAlike: whether only entries count that begin with what was typed.
    func moveUp(isAlike: Bool) {
        let line = editLine.line
        let start = line.text.lineStart(before: line.cursor)
        if start > 0 {
            let above = line.text.lineStart(before: start - 1)
            editLine.moveCursor(to: min(above + line.cursor - start, start - 1))
        } else if let entry = walk.older(than: line.text.asString, isAlike: isAlike) {
            replaceLine(with: entry)
        } else {
            ring()
        }
    }

    /// Goes to the line below, and from the last one to the entry after in the history.
    func moveDown(isAlike: Bool) {
        let line = editLine.line
        let end = line.text.lineEnd(from: line.cursor)
        if end < line.text.count {
            let column = line.cursor - line.text.lineStart(before: line.cursor)
            editLine.moveCursor(to: min(end + 1 + column, line.text.lineEnd(from: end + 1)))
        } else if let entry = walk.newer(isAlike: isAlike) {
            replaceLine(with: entry)
        } else {
            ring()
        }
    }

    func moveToLineStart() {
        let line = editLine.line
        editLine.moveCursor(to: line.text.lineStart(before: line.cursor))
    }

    /// At the end already it takes the suggestion.
    func moveToLineEnd() {
        let line = editLine.line
        if takeSuggestion() { return }
        editLine.moveCursor(to: line.text.lineEnd(from: line.cursor))
    }

    func replaceLine(with text: String) {
        editLine.replace(0..<editLine.line.text.count, with: text)
    }

    /// Takes in what a terminal sends between `ESC [ 200 ~` and `ESC [ 201 ~` as it is, so that no newline in it runs
    /// anything.
    func paste() {
        let end: [Unicode.Scalar] = ["\u{1b}", "[", "2", "0", "1", "~"]
        var pasted: [Unicode.Scalar] = []
        draw()
        isPasting = true
        defer { isPasting = false }
        while !pasted.ends(with: end) {
            guard let character = editLine.nextCharacter() else { return }
            pasted.append(character)
        }
        pasted.removeLast(end.count)
        let cursor = editLine.line.cursor
        editLine.replace(cursor..<cursor, with: pasted.withPlainNewlines.asString)
    }
}

extension Array where Element == Unicode.Scalar {
    var asString: String {
        reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    /// The beginning of the line that an offset is in.
    func lineStart(before offset: Int) -> Int {
        self[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    }

    /// The end of the line that an offset is in.
    func lineEnd(from offset: Int) -> Int {
        self[offset...].firstIndex(of: "\n") ?? count
    }

    /// With one newline for every end of a line, whatever it was made of.
    ///
    /// Terminals send a carriage return for a newline, or both; and while a line is edited the terminal's driver makes
    /// each of the two out of the other (libedit sets INLCR and ICRNL, termios(3)), so that they come in any order.
    var withPlainNewlines: [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var opened: Unicode.Scalar?
        for scalar in self {
            let isEnd = scalar == "\n" || scalar == "\r"
            if isEnd, let half = opened, half != scalar {
                opened = nil
            } else {
                result.append(isEnd ? "\n" : scalar)
                opened = isEnd ? scalar : nil
            }
        }
        return result
    }

    fileprivate func ends(with end: [Unicode.Scalar]) -> Bool {
        suffix(end.count).elementsEqual(end)
    }
}

extension String {
    var withoutTrailingNewlines: String {
        var text = self[...]
        while text.hasSuffix("\n") { text.removeLast() }
        return String(text)
    }
}
