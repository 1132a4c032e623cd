import Sandbox

extension Session {
    /// What may come next on tscl's command line, with the names that this session's access node knows.
    ///
    /// - Parameter words: as for `ArgumentCompleter`. The server is asked only where names of its own can stand.
    package func shellCompletion(_ words: [String]) async -> ArgumentCompleter.Answer {
        var names = NameSnapshot.Names()
        names.sandboxNodes = target.sandbox?.nodes.map(\.name) ?? []
        let answer = ArgumentCompleter(names: names).answer(words)
        guard wantsServerNames(words, names) else { return answer }
        deadline = .now + .seconds(1)
        guard (try? await cluster()) != nil else { return answer }
        return ArgumentCompleter(names: await completionNames()).answer(words)
    }

    /// Whether a name that only the access node knows would be offered, told by one that begins with what is written.
    private func wantsServerNames(_ words: [String], _ names: NameSnapshot.Names) -> Bool {
        guard let current = words.last else { return false }
        let written = current.split(omittingEmptySubsequences: false) { ",=".contains($0) }.last ?? ""
        var trial = names
        let name = String(written) + "x"
        (trial.nodes, trial.roles, trial.hypertables) = ([name], [name], [name])
        return ArgumentCompleter(names: trial).answer(words) != ArgumentCompleter(names: names).answer(words)
    }
}
