import ClusterAccess

/// Answers a shell that asks what may come next on tscl's command line.
struct ArgumentCompletion {
    private let interpreter: Interpreter

    init(_ interpreter: Interpreter) {
        self.interpreter = interpreter
    }

    /// - Parameter words: as for `ArgumentCompleter`. The server is asked only where names of its own can stand.
    func answer(_ words: [String]) async -> ArgumentCompleter.Answer {
        var names = CompletionNames(await interpreter.variables, await interpreter.target)
        let answer = completer(names).answer(words)
        guard wantsServerNames(words, names) else { return answer }
        let limit = Duration.seconds(1)
        let listener = BackgroundListener(interpreter.output, interpreter.log)
        let cluster = Cluster(interpreter.connection, listener: listener).limited(to: limit)
        guard let capabilities = try? await cluster.capabilities(), let link = try? await cluster.link() else {
            return answer
        }
        // A list that is slow leaves time for the others.
        let source = NameSource(link, capabilities, cluster, timeout: limit / 4)
        for kind in NameSource.Kind.allCases where kind != .columns && kind != .functions {
            await source.read(kind)?(&names)
        }
        return completer(names).answer(words)
    }

    private func completer(_ names: CompletionNames) -> ArgumentCompleter {
        ArgumentCompleter(Catalogue.table, names: names)
    }

    /// Whether a name that only the access node knows would be offered, told by one that begins with what is written.
    private func wantsServerNames(_ words: [String], _ names: CompletionNames) -> Bool {
        guard let current = words.last else { return false }
        let written = current.split(omittingEmptySubsequences: false) { ",=".contains($0) }.last ?? ""
        var trial = names
        let name = String(written) + "x"
        trial.nodes = [.init(name), .init(name, isAvailable: false, isBlocked: true)]
        (trial.roles, trial.hypertables, trial.tables) = ([name], [name], [.init(name)])
        trial.jobs = [true, false].map { .init(Int(written + "1") ?? 1, "", isScheduled: $0) }
        return completer(trial).answer(words) != completer(names).answer(words)
    }
}
