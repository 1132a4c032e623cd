/// Editing the line in the person's own editor, and undoing.
extension EditSession {
    /// Ctrl-X Ctrl-E: the editor has the terminal meanwhile; what it leaves is the line, which Enter runs.
    func editInEditor() {
        let text = editLine.line.text.asString
        leaveTerminal()
        let edited = configuration.edit(text)
        // What was sent to the editor's terminal meanwhile was for the editor.
        state.dropEvents()
        takeTerminal()
        switch edited {
        case .text(let text): replaceLine(with: text.withoutTrailingNewlines)
        case .failure(let reason): printAbove([reason])
        }
    }

    /// Ctrl-_.
    func undo() {
        guard let before = undoHistory.undo() else { return ring() }
        replaceLine(with: before.text.asString)
        editLine.moveCursor(to: before.cursor)
    }
}

/// What a person's own editor has made of a text.
package enum EditedText: Sendable {
    case text(String)
    /// Why it has made nothing of it, in a sentence.
    case failure(String)
}
