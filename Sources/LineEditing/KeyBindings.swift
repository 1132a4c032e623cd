import CEditLine

/// The editor's own commands, and the keys for them.
enum KeyBindings {
    /// Adds the commands, reads the settings (editrc(5)), and binds the keys.
    ///
    /// The keys come after the settings, which may choose vi's keys and so replace all of them.
    static func install(in editLine: EditLine, settings: String?) {
        addCommands(to: editLine)
        for key in ignored { editLine.bind(key, to: "ed-ignore") }
        editLine.readSettings(settings)
        // With vi's keys ESC is one by itself: bound as the beginning of others it would wait for the rest of them.
        let isVi = editLine.hasViKeys
        for (key, command) in keys where !(isVi && key.hasPrefix("\\e")) { editLine.bind(key, to: command) }
        if isVi {
            for (key, command) in commandModeKeys { editLine.bindInCommandMode(key, to: command) }
        }
    }

    /// In the notation of editrc(5).
    private static let keys = [
        ("^M", "tscl-accept"), ("^J", "tscl-accept"), ("^I", "tscl-complete"),
        ("^D", "tscl-delete-or-end"), ("^L", "tscl-clear-screen"), ("^R", "tscl-search-history"),
        ("^P", "tscl-older"), ("\\e[A", "tscl-up"), ("\\eOA", "tscl-up"),
        ("^N", "tscl-newer"), ("\\e[B", "tscl-down"), ("\\eOB", "tscl-down"),
        ("^A", "tscl-line-start"), ("\\e[H", "tscl-line-start"), ("\\eOH", "tscl-line-start"),
        ("\\e[1~", "tscl-line-start"), ("\\e[7~", "tscl-line-start"),
        ("^E", "tscl-line-end"), ("\\e[F", "tscl-line-end"), ("\\eOF", "tscl-line-end"),
        ("\\e[4~", "tscl-line-end"), ("\\e[8~", "tscl-line-end"),
        ("\\e[C", "tscl-right"), ("\\eOC", "tscl-right"), ("^F", "tscl-right"), ("\\e[D", "ed-prev-char"),
        ("\\eOD", "ed-prev-char"),
        ("\\e[3~", "ed-delete-next-char"), ("^?", "ed-delete-prev-char"), ("^H", "ed-delete-prev-char"),
        ("^W", "ed-delete-prev-word"), ("^U", "vi-kill-line-prev"), ("^K", "ed-kill-line"),
        ("\\e[1;5C", "tscl-word-right"), ("\\e[1;5D", "ed-prev-word"),
        ("\\e[1;3C", "tscl-word-right"), ("\\e[1;3D", "ed-prev-word"),
        ("\\e[200~", "tscl-paste"), ("^X^E", "tscl-edit"), ("^_", "tscl-undo"),
    ]

    /// vi's keys for what libedit would look up in its own history, which is empty.
    private static let commandModeKeys = [
        ("k", "tscl-older"), ("j", "tscl-newer"), ("/", "tscl-search-history"),
        ("v", "tscl-edit"), ("^P", "tscl-older"), ("^N", "tscl-newer"), ("^R", "tscl-search-history"),
        ("^M", "tscl-accept"),
        ("^J", "tscl-accept"),
        // The arrows, once with the ESC that leads to this mode and once without.
        ("\\e[A", "tscl-up"), ("\\eOA", "tscl-up"), ("\\e[B", "tscl-down"), ("\\eOB", "tscl-down"),
        ("[A", "tscl-up"), ("OA", "tscl-up"), ("[B", "tscl-down"), ("OB", "tscl-down"),
    ]

    /// Keys without a meaning here, whose last characters would else be typed into the line: Insert, Page Up and Down,
    /// F1 to F12, Shift-Tab, and the end of a paste that was interrupted.
    private static let ignored =
        ["2", "5", "6", "11", "12", "13", "14", "15", "17", "18", "19", "20", "21", "23", "24"].map { "\\e[\($0)~" }
        + ["P", "Q", "R", "S"].map { "\\eO\($0)" } + ["\\e[Z", "\\e[201~"] + modified
        // libedit's prompt for the name of a command, which would take the place of the line.
        + ["\\ex", "\\eX"]

    /// The arrows, Home and End, and the keys with a number, with Shift, Alt and Ctrl in all combinations (xterm's
    /// modifyCursorKeys); what some of them mean is bound later.
    private static let modified: [String] = (2...8).flatMap { modifier in
        "ABCDFHPQRS".map { "\\e[1;\(modifier)\($0)" }
            + [2, 3, 5, 6, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map {
                "\\e[\($0);\(modifier)~"
            }
    }

    private static func addCommands(to editLine: EditLine) {
        editLine.addCommand("tscl-accept", help: "Run the command, or go on with it") { editor, _ in
            EditSession.run(on: editor) { $0.accept() }
        }
        editLine.addCommand("tscl-complete", help: "Complete the word at the cursor") { editor, _ in
            EditSession.run(on: editor) { $0.complete() }
        }
        editLine.addCommand("tscl-delete-or-end", help: "Delete a character, or leave an empty line") { editor, _ in
            EditSession.run(on: editor) { $0.deleteOrEnd() }
        }
        editLine.addCommand("tscl-clear-screen", help: "Clear the screen") { editor, _ in
            EditSession.run(on: editor) { $0.clearScreen() }
        }
        editLine.addCommand("tscl-search-history", help: "Search the history") { editor, _ in
            EditSession.run(on: editor) { $0.searchHistory() }
        }
        editLine.addCommand("tscl-up", help: "Go to the line above, or back in the history") { editor, _ in
            EditSession.run(on: editor) { $0.moveUp(isAlike: true) }
        }
        editLine.addCommand("tscl-older", help: "Go to the line above, or back in the whole history") { editor, _ in
            EditSession.run(on: editor) { $0.moveUp(isAlike: false) }
        }
        editLine.addCommand("tscl-newer", help: "Go to the line below, or forward in the whole history") {
            editor, _ in
            EditSession.run(on: editor) { $0.moveDown(isAlike: false) }
        }
        editLine.addCommand("tscl-right", help: "Go right, or take the suggestion") { editor, _ in
            EditSession.run(on: editor) { $0.moveRight() }
        }
        editLine.addCommand("tscl-word-right", help: "Go a word right, or take one of the suggestion") { editor, _ in
            EditSession.run(on: editor) { $0.moveWordRight() }
        }
        editLine.addCommand("tscl-edit", help: "Edit the line in an editor") { editor, _ in
            EditSession.run(on: editor) { $0.editInEditor() }
        }
        editLine.addCommand("tscl-undo", help: "Undo the last change of the line") { editor, _ in
            EditSession.run(on: editor) { $0.undo() }
        }
        editLine.addCommand("tscl-down", help: "Go to the line below, or forward in the history") { editor, _ in
            EditSession.run(on: editor) { $0.moveDown(isAlike: true) }
        }
        editLine.addCommand("tscl-line-start", help: "Go to the beginning of the line") { editor, _ in
            EditSession.run(on: editor) { $0.moveToLineStart() }
        }
        editLine.addCommand("tscl-line-end", help: "Go to the end of the line") { editor, _ in
            EditSession.run(on: editor) { $0.moveToLineEnd() }
        }
        editLine.addCommand("tscl-paste", help: "Take in a bracketed paste") { editor, _ in
            EditSession.run(on: editor) { $0.paste() }
        }
    }
}

extension EditSession {
    /// Runs a command for libedit.
    fileprivate static func run(on editor: OpaquePointer, _ command: (EditSession) -> Void) -> UInt8 {
        guard let session = EditLine.owner(of: editor, as: EditSession.self) else { return UInt8(CC_FATAL) }
        command(session)
        // CC_EOF ends the reading whatever the line is; CC_NEWLINE would take an empty one for the end of the input.
        return session.outcome == nil ? UInt8(CC_REFRESH) : UInt8(CC_EOF)
    }
}
