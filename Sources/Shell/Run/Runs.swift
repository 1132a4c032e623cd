import CommandLanguage

/// Runs a whole parsed text, or a stream of commands.
extension Interpreter {
    /// Reads the files that statements include, and checks all of them; what only looks wrong is said.
    ///
    /// What was read for earlier statements is forgotten, because the files may have changed since. Within these
    /// statements a file is read once, so that what was checked is what runs.
    ///
    /// - Returns: the errors in all files. If there are any, none of the files can run.
    func prepare(_ statements: [Statement]) -> [Diagnostic] {
        let (scripts, faults, warnings) = ScriptPreparation(variables).prepare(statements)
        for warning in warnings { output.message(lines: warning.shownText) }
        self.scripts = faults.isEmpty ? scripts : ScriptLibrary()
        return faults
    }

    /// Why a run must not begin: one of its commands would have to ask, and there is nobody to ask.
    func unconfirmed(_ statements: [Statement]) -> (command: Invocation, failure: Failure)? {
        guard !settings.assumeYes, !settings.dryRun, !settings.canAsk else { return nil }
        var first: Invocation?
        scripts.forEachCommand(in: statements) { invocation in
            guard first == nil, invocation.syntax.asks(invocation), invocation.option(CommonOptions.yes) == nil,
                invocation.option(CommonOptions.dryRun) == nil
            else { return }
            first = invocation
        }
        guard let first else { return nil }
        let diagnostic = Diagnostic(
            "\(first.syntax.name) needs a confirmation, and there is no terminal", at: first.span,
            in: first.source, help: "--yes confirms it beforehand")
        return (first, Failure(diagnostic, status: .unconfirmed))
    }

    /// Runs statements that have been prepared.
    ///
    /// - Returns: the exit status.
    func run(_ statements: [Statement]) async -> Int32 {
        var run = Run()
        if let (command, failure) = unconfirmed(statements) {
            _ = refuse(failure, of: command, &run)
            return finish(run)
        }
        _ = await execute(statements, &run, tellsRest: true)
        return finish(run)
    }

    /// Runs commands as they arrive; a syntax error is a failed command.
    func run(_ input: InputReader) async -> Int32 {
        var input = input
        readsCommandsFromInput()
        var run = Run()
        do throws(Failure) {
            reading: while !isEnding {
                switch try await input.next() {
                case .end: return finish(run)
                case .statement(let statement):
                    arrivingRows = input.rows
                    defer { arrivingRows = nil }
                    guard await execute(arrived: statement, &run) else { break reading }
                case .failure(let diagnostics):
                    let told = diagnostics.map(\.advisingDump)
                    let goesOn = refuse(told, &run) && !diagnostics.contains(where: \.isOfConnecting)
                    guard goesOn else { break reading }
                }
            }
        } catch {
            _ = refuse(error, of: nil, &run)
        }
        run.noticeSignal()
        return finish(run)
    }

    /// Whether the run may go on behind a command that has been counted: not where it was to change the connection, and left
    /// it as it was. What comes next is for another database.
    ///
    /// - Parameter mayGoOn: whether it might otherwise.
    func goesOn(_ mayGoOn: Bool, behind invocation: Invocation, _ result: ExitStatus) -> Bool {
        let staysHere = invocation.syntax === ConnectCommand.syntax && result != .done && result != .noConnection
        return mayGoOn && !isEnding && !staysHere
    }

    /// - Returns: whether the run may go on.
    private func execute(arrived statement: Statement, _ run: inout Run) async -> Bool {
        let faults = prepare([statement])
        guard faults.isEmpty else {
            let isOfConnecting =
                if case .command(let invocation) = statement { invocation.syntax === ConnectCommand.syntax } else {
                    false
                }
            return refuse(faults, &run) && !isOfConnecting
        }
        if let (command, failure) = unconfirmed([statement]) { return refuse(failure, of: command, &run) }
        return await execute(statement, &run)
    }

    private func refuse(_ diagnostics: [Diagnostic], _ run: inout Run) -> Bool {
        Presentation(output, settings).show(diagnostics)
        return run.fail(with: .usage, keepGoing: settings.keepGoing)
    }

    private func refuse(_ failure: Failure, of command: Invocation?, _ run: inout Run) -> Bool {
        // Whoever wants an object as the answer to it says so in the command.
        let own = command.flatMap { try? Arguments($0, variables: variables) }
        Presentation(output, own.map { settings.with($0) } ?? settings).show(failure, of: command?.syntax.name)
        return run.fail(with: failure.status, keepGoing: settings.keepGoing)
    }

    /// Says how much of the run failed, and returns its exit status.
    private func finish(_ run: Run) -> Int32 {
        if settings.keepGoing, let summary = run.summary { output.message("\(summary)") }
        if let requested = requestedExit.status { return requested }
        if run.status == .done, output.hasLostReader { return ExitStatus.unread.rawValue }
        if run.status == .done, output.isBroken { return ExitStatus.failed.rawValue }
        return run.status.rawValue
    }
}

extension Diagnostic {
    /// The command that it is about, as it is written.
    private var word: String { source.text(span).prefix { !$0.isWhitespace }.lowercased() }

    /// Whether it refuses what was to change the connection: what comes next would get into the database before.
    fileprivate var isOfConnecting: Bool {
        // The error may be of an option behind it.
        let line = source.line(at: span.start, longest: 1000).map { String(decoding: $0.bytes, as: UTF8.self) } ?? word
        return line.split(separator: ";").contains { command in
            let first = command.split(whereSeparator: \.isWhitespace).first?.lowercased()
            return [#"\connect"#, #"\c"#, "connect"].contains(first)
        }
    }

    /// With what to do where a dump comes by a pipe: only of a file is it known that it is psql's.
    fileprivate var advisingDump: Diagnostic {
        guard [#"\connect"#, #"\c"#, #"\encoding"#].contains(word) else { return self }
        return replacing(
            message, help: "\(help.map { $0 + "; " } ?? "")a dump of pg_dump -C is run as a .sql file: tscl FILE.sql")
    }
}
