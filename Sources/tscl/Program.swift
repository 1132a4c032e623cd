import ClusterAccess
import CommandLanguage
import Glibc
import Platform
import Postgres
import Rendering
import Shell

/// One run of tscl.
struct Program {
    private let options: Options
    private let output: Output
    private let stopping: Stopping

    init(_ options: Options, _ output: Output, _ stopping: Stopping) {
        self.options = options
        self.output = output
        self.stopping = stopping
    }

    /// - Returns: the exit status.
    func run() async -> Int32 {
        do throws(Failure) {
            switch options.work {
            case .sources(let sources): return try await run(sources)
            case .words(let words): return try await run(words)
            case .completion(let words):
                // Where there can be no session, as for a sandbox that is not there, the words of commands are known still.
                let answer =
                    await (try? session())?.completion(of: words)
                    ?? ArgumentCompleter(Catalogue.table, names: CompletionNames()).answer(words)
                output.data(output.text([answer.text]))
                return ExitStatus.done.rawValue
            case .interactiveOrInput where isatty(STDIN_FILENO) == 1: return try await interactive()
            default: return try await runInput()
            }
        } catch {
            output.refusal(error, in: options.format)
            return error.status.rawValue
        }
    }

    // MARK: The ways in

    /// Everything is parsed before anything connects; one error means that nothing runs.
    private func run(_ sources: [Options.Source]) async throws(Failure) -> Int32 {
        var texts: [SourceText] = []
        for source in sources {
            switch source {
            case .command(let command):
                let number = texts.count { $0.name.hasPrefix("<command ") } + 1
                texts.append(SourceText(name: "<command \(number)>", command))
            case .file(let path): texts.append(try await ScriptFile.read(path))
            }
        }
        if options[TsclOptions.check] {
            let faults = try ScriptPreparation(variables(try? target())).check(texts)
            output.faults(faults, in: options.format)
            return (faults.isEmpty ? ExitStatus.done : .usage).rawValue
        }
        var statements: [Statement] = []
        var diagnostics: [Diagnostic] = []
        for text in texts {
            let parsed = Parser.parse(text, table: Catalogue.table)
            statements += parsed.statements
            diagnostics += parsed.diagnostics
        }
        return try await run(statements, diagnostics)
    }

    private func run(_ words: [String]) async throws(Failure) -> Int32 {
        switch ArgumentWords(words).parse(table: Catalogue.table) {
        case .statement(let statement): return try await run([statement], [])
        case .failure(let diagnostics):
            return try await run([], options.misplaced.advising(diagnostics))
        case .incomplete, .end: return ExitStatus.done.rawValue
        }
    }

    private func run(_ statements: [Statement], _ diagnostics: [Diagnostic]) async throws(Failure) -> Int32 {
        if options[TsclOptions.check] {
            let faults = diagnostics + ScriptPreparation(variables(try? target())).prepare(statements).faults
            output.faults(FaultList(faults), in: options.format)
            return (faults.isEmpty ? ExitStatus.done : .usage).rawValue
        }
        return try await session().run(statements, faults: diagnostics)
    }

    /// Standard input runs command by command, as the lines arrive.
    private func runInput() async throws(Failure) -> Int32 {
        // What is only parsed needs to be known to its end: what one statement defines, the next may use.
        if options[TsclOptions.check] { return try await run([.file("-")]) }
        return await (try session()).run(InputReader(descriptor: STDIN_FILENO, name: "<stdin>"))
    }

    private func interactive() async throws(Failure) -> Int32 {
        // Who types what is only to be parsed must not find it done.
        if options[TsclOptions.check] { return try await runInput() }
        return try await session().interact(readsRC: !options[TsclOptions.noRC])
    }

    // MARK: The session

    private func target() throws(Failure) -> ConnectionTarget {
        let given = try Self.expanded(
            ConnectionParameters(
                [
                    (TsclOptions.host, "host"), (TsclOptions.port, "port"), (TsclOptions.username, "user"),
                    (TsclOptions.dbname, "dbname"),
                ].compactMap { option, keyword in options[option].map { (keyword: keyword, value: $0.text) } }))
        guard let name = options[TsclOptions.sandbox]?.text else {
            return ConnectionTarget.resolve(given, environment: { Environment[$0] })
        }
        if let keyword = ["host", "hostaddr", "port", "service"].first(where: { given[$0] != nil }) {
            throw Failure(
                "\(keyword) of -d and --sandbox exclude each other: a sandbox is where it is", status: .usage)
        }
        var target = try ConnectionTarget.sandbox(named: name)
        // The password of the sandbox's superuser is nobody else's.
        if given["user"] != nil { target.parameters["password"] = nil }
        target.parameters.append(given)
        return target
    }

    /// What the options name, with what a connection string behind -d names.
    ///
    /// - Throws: if there is a connection string that libpq can't read, or a port that is none. A password may be what
    ///   is wrong in the string, and libpq's message would quote a part of that.
    private static func expanded(_ given: ConnectionParameters) throws(Failure) -> ConnectionParameters {
        let conninfo = given["dbname"] ?? ""
        let unreadable = Failure(
            Secrets.unreadable, status: .usage, remedy: Secrets.unreadableHelp(of: conninfo))
        func refusal(_ message: String) -> Failure {
            Secrets.areIn(conninfo: conninfo) ? unreadable : Failure(message, status: .usage)
        }
        if Secrets.areInDoubt(in: conninfo) { throw unreadable }
        let named: ConnectionParameters
        do throws(PostgresError) {
            named = try given.expandingDatabase()
        } catch {
            throw refusal(error.message)
        }
        if let problem = HostList(named).problem { throw refusal(problem) }
        return named
    }

    /// Who is asked for a password: `-w` forbids it, `-W` has it asked for at once.
    private func login(_ settings: Settings) -> Login {
        let ask: Login.Question = { user, isAgain throws(ClusterError) in
            let question = "Password\(user.map { " for user \($0)" } ?? ""): "
            return try await Question.password(isAgain ? "That was wrong. \(question)" : question)
        }
        guard !options.completes else { return Login(asksAtOnce: false, ask: nil) }
        let asksAtOnce = options[TsclOptions.password]
        let canAsk = asksAtOnce || settings.canAsk && !options[TsclOptions.noPassword]
        return Login(asksAtOnce: asksAtOnce, ask: canAsk ? ask : nil)
    }

    /// - Parameter target: nil where there can be none, as for a sandbox that is not there.
    private func variables(_ target: ConnectionTarget?) -> Variables {
        var variables = Variables(
            environment: { Environment[$0] }, isText: { (try? Environment.text($0)) != nil || Environment[$0] == nil })
        for (name, value) in options.variables { variables[name] = Variables.Value(value) }
        for (index, value) in options.scriptArguments.enumerated() {
            variables[String(index + 1)] = Variables.Value(value)
        }
        // Without a sandbox the name means what the user says.
        if let folder = target?.sandbox?.socketFolder { variables["sandbox"] = Variables.Value(folder) }
        return variables
    }

    private func session() throws(Failure) -> Session {
        var settings = Settings()
        settings.format = options.format
        settings.columns = options[TsclOptions.columns].map { Settings.columns(in: $0.text) }
        settings.isExact = options[TsclOptions.exact]
        settings.isQuiet = options[TsclOptions.quiet]
        settings.dryRun = options[TsclOptions.dryRun]
        settings.assumeYes = options[TsclOptions.yes]
        settings.keepGoing = options[TsclOptions.keepGoing]
        settings.echo = options[TsclOptions.echo]
        settings.showSQL = options[TsclOptions.showSQL]
        if let timeout = options[TsclOptions.timeout] { settings.limit(to: timeout) }
        AnswerLimit.ofProcess = options[TsclOptions.maxAnswer] << 20
        // A file's commands run through; they do not wait for a key after each.
        if case .sources(let sources) = options.work {
            settings.usesPager = sources.allSatisfy { if case .command = $0 { true } else { false } }
        }
        settings.canAsk = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let target = try target()
        // Before anything else: what can't be logged is not to be done.
        let path = options.completes ? nil : options[TsclOptions.log]?.text
        let log = try path.map { path throws(Failure) in try AuditLog(path) }
        return Session(
            target, output: output, stopping: stopping, log: log, variables: variables(target), settings: settings,
            login: login(settings))
    }
}
