import MultiNode
import Postgres

extension Session {
    /// What may come next on tscl's command line, with the names that this session's access node knows.
    ///
    /// - Parameter words: as for `ArgumentCompleter`. The server is asked only where names of its own can stand.
    package func shellCompletion(_ words: [String]) async -> ArgumentCompleter.Answer {
        var names = localNames
        let answer = ArgumentCompleter(names: names).answer(words)
        guard wantsServerNames(words, names) else { return answer }
        let limit = Duration.seconds(1)
        deadline = .now + limit
        guard let (connection, capabilities) = try? await cluster(),
            await names.read(connection, capabilities, for: self, timeout: limit) != nil
        else { return answer }
        return ArgumentCompleter(names: names).answer(words)
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
        return ArgumentCompleter(names: trial).answer(words) != ArgumentCompleter(names: names).answer(words)
    }
}
