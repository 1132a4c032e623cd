import Sandbox

extension Session {
    /// What may come next on tscl's command line, with the names that this session's access node knows.
    ///
    /// - Parameter words: as for `ArgumentCompleter`. The server is asked only where names of its own can stand.
    package func shellCompletion(_ words: [String]) async -> ArgumentCompleter.Answer {
        var names = CompletionNames()
        names.sandboxNodes = target.sandbox?.nodes.map(\.name) ?? []
        let answer = ArgumentCompleter(names: names).answer(words)
        guard wantsServerNames(words, names) else { return answer }
        deadline = .now + .seconds(1)
        guard (try? await cluster()) != nil else { return answer }
        let observer = ClusterObserver()
        await observer.readNames(of: self)
        return ArgumentCompleter(names: observer.names).answer(words)
    }

    /// Whether a name that only the access node knows would be offered, told by one that begins with what is written.
    private func wantsServerNames(_ words: [String], _ names: CompletionNames) -> Bool {
        guard let current = words.last else { return false }
        let written = current.split(omittingEmptySubsequences: false) { ",=".contains($0) }.last ?? ""
        var trial = names
        let name = String(written) + "x"
        (trial.roles, trial.hypertables) = ([name], [name])
        // Of both kinds, so that any command for nodes or jobs would offer one.
        trial.nodes = [.init(name, isBlocked: true), .init(name, isAvailable: false)]
        trial.jobs = Int(written + "0").map { [.init($0, ""), .init($0, "", isScheduled: false)] } ?? []
        return ArgumentCompleter(names: trial).answer(words) != ArgumentCompleter(names: names).answer(words)
    }
}
