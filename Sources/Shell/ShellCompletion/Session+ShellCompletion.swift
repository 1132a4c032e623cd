extension Session {
    /// What may come next on tscl's command line, with the names that this session's access node knows.
    ///
    /// - Parameter words: as for `ArgumentCompleter`. The server is asked only where names of its own can stand.
    package func shellCompletion(_ words: [String]) async -> ArgumentCompleter.Answer {
        let names = localNames
        let answer = ArgumentCompleter(names: names).answer(words)
        guard wantsServerNames(words, names) else { return answer }
        deadline = .now + .seconds(1)
        guard (try? await cluster()) != nil else { return answer }
        return ArgumentCompleter(names: await ClusterObserver().names(of: self, within: .seconds(1))).answer(words)
    }

    /// Whether a name that only the access node knows would be offered, told by one that begins with what is written.
    private func wantsServerNames(_ words: [String], _ names: CompletionNames) -> Bool {
        guard let current = words.last else { return false }
        let written = current.split(omittingEmptySubsequences: false) { ",=".contains($0) }.last ?? ""
        var trial = names
        let name = String(written) + "x"
        (trial.nodes, trial.roles, trial.hypertables) = ([.init(name)], [name], [name])
        trial.nodes.append(.init(name + "x", isAvailable: false, isBlocked: true))
        trial.tables = [.init(name + "xx")]
        trial.jobs = [.init(1, "", isScheduled: true), .init(2, "", isScheduled: false)]
        return ArgumentCompleter(names: trial).answer(words) != ArgumentCompleter(names: names).answer(words)
    }
}
