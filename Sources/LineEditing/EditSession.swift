import CEditLine
import Glibc
import Platform
import SystemPackage

/// The line being typed: libedit's keys and buffer, drawn here.
///
/// libedit decodes keys, keeps the line and gives its editing commands and the person's own editrc(5). Drawing, the
/// history, completion and pasting are done here, because libedit has no prompt for the further lines of a command,
/// loses an escape at the end of a prompt, repeats lines when a terminal is resized, truncates at 1,024 characters a
/// line left for the history, and has no bracketed paste. It draws to /dev/null.
///
/// Used on the editor's thread only, but for its creation.
final class EditSession {
    let configuration: LineEditor.Configuration
    let state: EditorState
    let editLine: EditLine
    /// Keeps what is typed between two lines. Nil where the input is no terminal.
    let typeAhead: TypeAhead?

    var walk = HistoryWalk([])
    /// The search under way, whose prompt and finding are shown in place of the line.
    var search: HistorySearch?
    /// Whether the line is coming in from a paste, and nothing is to be drawn.
    var isPasting = false
    var undoHistory = UndoHistory()

    private var keys: KeyReader
    private var screen: Screen
    /// Whether the terminal has been taken back before it was told that the process goes on.
    private var hasResumed = false
    private var prompt = Prompt("", continuation: "")
    /// What is to take its place as soon as there is nothing on the line.
    private var nextPrompt: Prompt?
    /// Whether the command lacked no more than its end when its last line was begun.
    var lacksEnd = false
    /// Set when the line has ended; nothing more is read for it.
    private(set) var outcome: EditorInput?

    init(_ configuration: LineEditor.Configuration, _ state: EditorState) throws(LineEditingError) {
        self.configuration = configuration
        self.state = state
        keys = KeyReader(terminal: configuration.input)
        typeAhead = TypeAhead(on: configuration.input)
        screen = Screen(hasEscapes: configuration.hasEscapes)
        editLine = try EditLine(
            program: configuration.programName, input: configuration.input, output: configuration.output,
            error: configuration.error)
        editLine.setOwner(self)
        editLine.setReader { editor, character in
            guard let session = EditLine.owner(of: editor, as: EditSession.self),
                let next = session.nextCharacter()
            else { return 0 }
            character.pointee = wchar_t(bitPattern: next.value)
            return 1
        }
        KeyBindings.install(in: editLine, settings: configuration.settingsFile)
    }

    // MARK: - Reading

    /// Lets a person type a line.
    func read(_ prompt: Prompt) -> EditorInput {
        self.prompt = prompt
        nextPrompt = nil
        lacksEnd = false
        outcome = nil
        search = nil
        isPasting = false
        undoHistory = UndoHistory()
        walk = HistoryWalk(state.history.withLock(\.entries))
        screen.forget()
        setPasteBrackets(true)
        editLine.readLine()
        // libedit has given the terminal back, which would show what is typed from now on.
        typeAhead?.begin()
        // libedit gives up by itself only where the terminal is gone.
        conclude(.endOfInput)
        walk = HistoryWalk([])
        guard let outcome else { return .endOfInput }
        if case .line(let line) = outcome, !configuration.isSecret(line) {
            state.history.withLock { $0.append(line) }
        }
        return outcome
    }

    /// The next character typed; nil when the line has ended. What is typed is drawn before waiting for more.
    private func nextCharacter() -> Unicode.Scalar? {
        if !isPasting { undoHistory.note(editLine.line) }
        while outcome == nil {
            if !isPasting, !state.isKeyReady(keys) { draw() }
            switch state.nextKey(&keys) {
            case .character(let character): return character
            case .end, .signal(.close): conclude(.endOfInput)
            case .signal(.event(.interrupt)): conclude(.interrupted)
            case .signal(.event(.windowChanged)): resize()
            case .signal(.event(.continued)): resume()
            case .signal(.event(.stop)): suspend()
            case .signal(.notice): printNotices()
            case .signal(.prompt): replacePrompt()
            }
        }
        return nil
    }

    /// Whether more was typed already, or comes at once as the rest of an escape sequence does.
    func hasMoreInput() -> Bool {
        state.isKeyReady(keys, within: 25)
    }

    /// Ends the line, unless it has ended already: leaves it on the screen as it is, and the cursor below it.
    func conclude(_ outcome: EditorInput) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        search = nil
        isPasting = false
        let text = editLine.line.text
        let frame = layOut(text, cursor: text.count)
        // Of a line that was too long to be seen whole, all is left for reading back.
        let isLong = screen.hasEscapes && frame.rows.count > size.rows
        var output = isLong ? screen.erase() : ""
        output += screen.draw(frame, on: isLong ? TerminalSize(columns: size.columns, rows: frame.rows.count) : size)
        if outcome == .interrupted { output += "^C" }
        write(output + screen.leave())
        setPasteBrackets(false)
    }

    // MARK: - Drawing

    /// Shows the line as it is now.
    ///
    /// - Parameter suggests: whether what may follow is shown behind it.
    func draw(suggests: Bool = true) {
        // A line being typed stays where it is.
        if let other = nextPrompt, search == nil, editLine.line.text.isEmpty {
            prompt = other
            nextPrompt = nil
        }
        let frame: Frame
        if let search {
            frame = search.frame(columns: screen.usableColumns(of: size.columns), configuration.charset)
        } else {
            let line = editLine.line
            frame = layOut(
                line.text, cursor: line.cursor, suggestion: suggests ? suggestion(for: line) : nil)
        }
        write(screen.draw(frame, on: size))
    }

    /// Prints lines above the one being typed, which keeps its text.
    func printAbove(_ lines: [String]) {
        write(screen.erase() + lines.map(\.asLines).joined())
        draw()
    }

    /// Prints lines between the one being typed, which stays, and a new copy of it.
    func printBelow(_ lines: [String]) {
        let line = editLine.line
        editLine.moveCursor(to: line.text.count)
        draw(suggests: false)
        write(screen.leave() + lines.map(\.asLines).joined())
        editLine.moveCursor(to: line.cursor)
    }

    func clearScreen() {
        screen.forget()
        write(configuration.hasEscapes ? "\u{1b}[H\u{1b}[2J" : "\r\n")
    }

    func ring() {
        write("\u{7}")
    }

    private func layOut(_ text: [Unicode.Scalar], cursor: Int, suggestion: String? = nil) -> Frame {
        Frame(
            prompt: lacksEnd ? prompt.lackingEnd : prompt, text: text, cursor: cursor, suggestion: suggestion ?? "",
            columns: screen.usableColumns(of: size.columns), charset: configuration.charset)
    }

    private func printNotices() {
        let notices = state.takeNotices()
        if !notices.isEmpty { printAbove(notices) }
    }

    private func replacePrompt() {
        // A terminal that can only add would show both.
        guard let other = state.takePrompt(), configuration.hasEscapes else { return }
        nextPrompt = other
    }

    private func resize() {
        editLine.resize()
        write(screen.erase(columns: size.columns))
        draw()
    }

    /// Ctrl-Z.
    private func suspend() {
        leaveTerminal()
        configuration.suspend()
        takeTerminal()
        // Continuing has its signal too, in this case for what is done already.
        hasResumed = true
    }

    private func resume() {
        if hasResumed {
            hasResumed = false
        } else {
            takeTerminal()
        }
    }

    /// Leaves the line on the screen, and the terminal as it was found.
    func leaveTerminal() {
        let text = editLine.line.text
        write(screen.draw(layOut(text, cursor: text.count), on: size) + screen.leave())
        setPasteBrackets(false)
        editLine.prepareTerminal(false)
    }

    func takeTerminal() {
        // A shell or an editor has had the terminal, and has left it in a mode of its own.
        editLine.prepareTerminal(false)
        editLine.prepareTerminal(true)
        setPasteBrackets(true)
        screen.forget()
        resize()
    }

    private func setPasteBrackets(_ on: Bool) {
        // With vi's keys the ESC before a paste has a meaning of its own.
        if configuration.hasEscapes, !editLine.hasViKeys { write(on ? "\u{1b}[?2004h" : "\u{1b}[?2004l") }
    }

    var size: TerminalSize { TerminalSize(of: configuration.output) }

    private func write(_ text: String) {
        try? FileDescriptor(rawValue: configuration.output).writeWhole(text.utf8)
    }
}
