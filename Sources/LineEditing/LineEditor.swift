import Platform

/// An editor for lines typed at a terminal, with a history and completion.
///
/// It works on a thread of its own, so that nothing a person does or leaves undone holds up the concurrent work of the
/// program. The keys are those of Emacs, or what the person's editrc(5) says.
package final class LineEditor: Sendable {
    private enum Stage {
        case open(Thread), closing, closed
    }

    private let state: EditorState
    private let file: HistoryFile?
    private let stage: Lock<Stage>
    /// What is typed between two lines; ended while the terminal is somebody else's. Nil where there is no terminal.
    package let typeAhead: TypeAhead?

    /// Starts an editor. The history file is read; one that cannot be read leaves the history empty and untouched, and
    /// `saveHistory` tells why.
    package init(_ configuration: Configuration) throws(LineEditingError) {
        file = configuration.historyFile.map { HistoryFile(path: $0, limit: configuration.historyLimit) }
        var entries: [String] = []
        do {
            entries = try file?.load() ?? []
        } catch {
            // Told again, with more use, when the history is saved.
        }
        state = try EditorState(
            history: HistoryLog(entries, limit: configuration.historyLimit), output: configuration.output)
        let session = try EditSession(configuration, state)
        typeAhead = session.typeAhead
        stage = Lock(.open(try EditorThread.start(session)))
    }

    deinit {
        close()
    }

    /// Lets a person type a line.
    ///
    /// Cancelling the task drops the line, as Ctrl-C does.
    ///
    /// - Parameter onceAsked: called when the line is asked for, so that notices and other prompts are for it from then on.
    package func readLine(_ prompt: Prompt, onceAsked: () -> Void = {}) async -> EditorInput {
        if Task.isCancelled { return .interrupted }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !state.add(.line(prompt, continuation)) { continuation.resume(returning: .endOfInput) }
                onceAsked()
            }
        } onCancel: {
            deliver(.interrupt)
        }
    }

    /// Passes on a signal to the line being typed. For a thread, not for a signal handler.
    ///
    /// - Returns: whether there is one.
    @discardableResult
    package func deliver(_ event: EditorEvent) -> Bool {
        state.send(event)
    }

    /// Prints a notice above the line being typed, which keeps its text; plainly if none is being typed.
    package func printAbove(_ text: String) {
        state.printAbove(text)
    }

    /// Shows another prompt for the line that was asked for, as soon as nothing is typed; without effect where none was.
    package func replacePrompt(_ prompt: Prompt) {
        state.replacePrompt(prompt)
    }

    /// The commands typed, newest last.
    package var history: [String] {
        state.history.withLock(\.entries)
    }

    /// Adds what was typed since the last time to the history file. Cheap enough for after every command.
    ///
    /// - Returns: Why that was not possible, if it was not; the commands are then tried again the next time.
    @discardableResult
    package nonisolated(nonsending) func saveHistory() async -> LineEditingError? {
        guard let file else { return nil }
        let entries = state.history.withLock { $0.takeUnsaved() }
        do throws(LineEditingError) {
            try await file.append(entries)
            return nil
        } catch {
            state.history.withLock { $0.returnUnsaved(entries.count) }
            return error
        }
    }

    /// Ends the editor, and gives the terminal back as it was found. A line being asked for ends with `endOfInput`.
    ///
    /// Blocks until that is done, also when another thread has begun it: the caller may end the process next, and would
    /// leave a terminal that does not show what is typed. It takes no longer than the current call of one of the
    /// configuration's closures.
    package func close() {
        let thread = stage.withLock { stage -> Thread? in
            guard case .open(let thread) = stage else { return nil }
            stage = .closing
            return thread
        }
        guard let thread else { return stage.wait { if case .closed = $0 { () } else { nil } } }
        state.close()
        thread.join()
        typeAhead?.end()
        stage.withLock { $0 = .closed }
    }
}
