import ClusterAccess
import CommandLanguage
import Glibc
import LineEditing
import Platform
import SystemPackage

/// The prompt: reads a command, runs it, and goes on whether or not it failed.
struct InteractiveShell {
    private let interpreter: Interpreter
    private let output: Output
    private let readsRC: Bool
    private let observer = ClusterObserver()
    /// Whether a signal or the closing of the terminal has ended the prompt.
    private let isOver = Lock(false)
    /// What only SQL is read under from now on, as in a dump that is pasted.
    private let restriction = Lock<Restriction?>(nil)

    init(_ interpreter: Interpreter, _ output: Output, readsRC: Bool) {
        self.interpreter = interpreter
        self.output = output
        self.readsRC = readsRC
    }

    /// - Returns: the exit status.
    func run() async throws(Failure) -> Int32 {
        let (observer, output) = (observer, output)
        output.keepsLines()
        var configuration = LineEditor.Configuration(
            historyFile: CommandHistory.path,
            complete: { Completer(Catalogue.table, names: observer.names).complete($0, cursor: $1) },
            needsMore: Self.needsMore, isSecret: output.isSecret(line:))
        // In a block a ; ends the statement and runs nothing yet.
        configuration.lacksEnd = { Self.lack(of: $0) == .statement && Self.lack(of: $0 + ";") == nil }
        configuration.suspend = Interrupts.shared.stop
        configuration.showsSuggestions = output.usesColor
        // Where the answers go to a pipe or a file, lines are edited at the terminal all the same.
        if isatty(STDOUT_FILENO) != 1 {
            let terminal = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC)
            if terminal >= 0 { configuration.output = terminal }
        }
        let external = EditorProcess(environment: { Environment[$0] }, suspend: Interrupts.shared.stop)
        configuration.edit = external.edit
        configuration.historyLimit = CommandHistory.limit
        let editor: LineEditor
        do throws(LineEditingError) {
            editor = try LineEditor(configuration)
        } catch {
            throw Failure("the terminal can't be used: \(error)")
        }
        defer { editor.close() }
        editor.typeAhead?.begin()
        output.showAbove { editor.printAbove($0) }
        defer { output.showAbove(nil) }
        let isQuiet = await interpreter.becomeInteractive { editor.history }
        if readsRC { await interruptible(editor) { await readRC() } }
        if await interpreter.requestedExit.isRequested { return await end(editor) }
        await interruptible(editor) { await greet(isQuiet) }
        return await loop(editor)
    }

    /// Whether a signal has ended the session. One that came before the first `interruptible` has cancelled this task.
    private var mustEnd: Bool { isOver.withLock { $0 } || Task.isCancelled }

    private func loop(_ editor: LineEditor) async -> Int32 {
        let isOver = isOver
        while true {
            Interrupts.shared.listen { event in
                switch event {
                case .interrupt: editor.deliver(.interrupt)
                case .windowChanged: editor.deliver(.windowChanged)
                case .continued: if !editor.deliver(.continued) { editor.typeAhead?.begin() }
                case .stop: if !editor.deliver(.stop) { Self.stop(editor) }
                case .terminate:
                    isOver.withLock { $0 = true }
                    editor.close()
                }
            }
            // From here on a terminating signal closes the editor; an earlier one has only been noted.
            if mustEnd { return ExitStatus.interrupted.rawValue }
            await observer.look(at: interpreter)
            let nodes = observer.nodes
            let prompt = await interpreter.prompt(nodes)
            // Shows what the server sends while nothing runs, as soon as it arrives.
            let interpreter = interpreter
            let watch = Task(executorPreference: EventLoop.shared) {
                guard await interpreter.watchWhileIdle(), !Task.isCancelled else { return }
                editor.replacePrompt(await interpreter.prompt(nil))
            }
            // Where the nodes are many or far away, their count comes when the prompt is there already.
            let observer = observer
            var counting: Task<Void, Never>?
            output.lifeSign?.endAll()
            let input = await editor.readLine(prompt) {
                counting = Task(executorPreference: EventLoop.shared) {
                    let counted = await observer.count()
                    if counted != nodes, !Task.isCancelled { editor.replacePrompt(await interpreter.prompt(counted)) }
                }
            }
            for task in [watch, counting].compactMap({ $0 }) {
                task.cancel()
                await task.value
            }
            switch input {
            case .interrupted: continue
            case .endOfInput:
                // A closed editor returns this too.
                return mustEnd ? ExitStatus.interrupted.rawValue : await end(editor)
            case .line(let line):
                if Self.isClear(line) {
                    output.clearScreen()
                    continue
                }
                await interruptible(editor) {
                    // Saved before the command runs, so that the history survives if the terminal is closed meanwhile.
                    await editor.saveHistory()
                    await execute(line)
                }
                if mustEnd { continue }
                if await interpreter.requestedExit.isRequested { return await end(editor) }
            }
        }
    }

    /// Whether a line is `clear`, which is no command: there is a screen at the prompt alone.
    static func isClear(_ line: String) -> Bool { line.split { $0.isWhitespace || $0 == ";" } == ["clear"] }

    private func end(_ editor: LineEditor) async -> Int32 {
        if let problem = await editor.saveHistory() { output.message("note: the history can't be saved: \(problem)") }
        return await interpreter.end(interpreter.requestedExit.status ?? ExitStatus.done.rawValue)
    }

    /// Runs a typed line.
    private func execute(_ line: String) async {
        var parser = Parser(SourceText(name: SourceText.promptName, line), table: Catalogue.table)
        parser.restriction = restriction.withLock { $0 }
        let (statements, diagnostics) = parser.all()
        let restriction = parser.restriction
        self.restriction.withLock { $0 = restriction }
        guard await isPrepared(statements, diagnostics) else { return }
        _ = await interpreter.run(statements)
    }

    /// Runs work that Ctrl-C cancels, on every server; then the prompt returns. Once the session is to end, no further
    /// work begins.
    private func interruptible(_ editor: LineEditor, _ work: @escaping @Sendable () async -> Void) async {
        let (output, isOver, stopping) = (output, isOver, interpreter.stopping)
        let usual = Interrupts.shared.whenContinued { editor.typeAhead?.begin() }
        defer { _ = Interrupts.shared.whenContinued(usual) }
        let cancellable = CancellableWork()
        // Before the work begins, so that no signal goes to the listener that was there before.
        Interrupts.shared.listen { event in
            switch event {
            case .interrupt:
                output.breakLine("^C")
                if stopping.interrupt() { return }
            case .terminate: isOver.withLock { $0 = true }
            case .stop: return Self.stop(editor)
            case .continued, .windowChanged: return
            }
            cancellable.cancel()
        }
        if !mustEnd { await cancellable.run(work) }
    }

    /// Handles Ctrl-Z while no line is being read: the shell gets the terminal back in its original state.
    private static func stop(_ editor: LineEditor) {
        editor.typeAhead?.end()
        Interrupts.shared.stop()
    }

    /// Whether there is no error in statements and in the files that they include; one there is has been shown.
    private func isPrepared(_ statements: [Statement], _ diagnostics: [Diagnostic]) async -> Bool {
        let faults = diagnostics + (await interpreter.prepare(statements))
        output.faults(faults)
        return faults.isEmpty
    }

    private func readRC() async {
        let path = UserFolder.configuration.path?.appending("rc.tscl").string
        guard let path, access(path, R_OK) == 0 else { return }
        do throws(Failure) {
            let source = try await ScriptFile.read(path, trusting: .commands)
            let (statements, diagnostics) = Parser.parse(source, table: Catalogue.table)
            if await isPrepared(statements, diagnostics) { _ = await interpreter.run(statements) }
        } catch {
            output.message(lines: error.text)
        }
    }

    /// Connects, so that the first prompt shows the cluster. A failure is shown, and does not end the session.
    private func greet(_ isQuiet: Bool) async {
        if !isQuiet {
            output.message("tscl \(Version.text); 'help' lists the commands, Tab completes, Ctrl-D ends.")
        }
        do throws(ClusterError) {
            let (summary, nodes) = try await interpreter.greeting()
            if !isQuiet { output.message("\(summary.text)") }
            if let refusal = summary.refusal { output.message("note: \(refusal)") }
            await observer.look(at: interpreter, knowing: nodes)
        } catch {
            output.message(lines: Failure(error).text)
        }
    }

    /// Whether Enter continues the command on another line instead of running it.
    private static func needsMore(_ buffer: String) -> Bool {
        // What comes from another client is answered at once: no ; would follow it.
        lack(of: buffer) != nil && !endsInForeignCommand(buffer)
    }

    /// What the command at the end of a text waits for; nil for one that is whole.
    private static func lack(of buffer: String) -> Incompleteness? {
        var parser = Parser(
            SourceText(name: SourceText.promptName, buffer + "\n"), table: Catalogue.table, isFinal: false)
        while true {
            switch parser.next() {
            case .statement: continue
            case .failure, .end: return nil
            case .incomplete(let reason): return reason
            }
        }
    }

    private static func endsInForeignCommand(_ buffer: String) -> Bool {
        let source = SourceText(name: SourceText.promptName, buffer)
        guard case .command(let last) = Parser.parse(source, table: Catalogue.table).statements.last else {
            return false
        }
        return last.foreignCommand != nil
    }
}
