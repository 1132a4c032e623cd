import CommandLanguage

/// What became of the parts of a command, put together as one answer or one failure.
struct PartialOutcome {
    private var outcome: Outcome
    private var parts: [NodeOutcome] = []
    private var failed: [(name: String?, failure: Failure)] = []
    private var count = 0
    private let concernsNodes: Bool
    /// Advice shown after an interrupt or timeout.
    var whenInterrupted: String?

    /// - Parameters:
    ///   - unchanged: items already in the wanted state.
    ///   - concernsNodes: whether the names of the parts are data nodes'.
    ///   - failures: the nodes that could not be asked before.
    init(unchanged: [String], concernsNodes: Bool = true, failures: [Failure] = []) {
        outcome = Outcome(text: unchanged.map { "unchanged: \($0)" })
        outcome.nodes = failures.compactMap { failure in failure.node.map { NodeOutcome($0, failure) } }
        if !failures.isEmpty { outcome.status = .partial }
        self.concernsNodes = concernsNodes
    }

    var hasChanged: Bool { outcome.changed }

    /// - Parameter name: what the part is about, where the command took several.
    mutating func add(_ name: String?, _ answer: Result<Outcome, Failure>, _ milliseconds: Double) {
        count += 1
        switch answer {
        case .success(let part):
            outcome.take(part)
            if let name { parts.append(NodeOutcome(name, ok: true, milliseconds: milliseconds)) }
        case .failure(let failure):
            failed.append((name, failure))
            if let name { parts.append(NodeOutcome(name, failure)) }
        }
    }

    /// - Parameters:
    ///   - explained: a failure of one part, as the command tells it.
    ///   - rest: the command for some of its parts, where it is no matter of its operands.
    /// - Throws: the first failure, with what was done, what was not, and the command that does the rest.
    func outcome(
        of arguments: Arguments, explained: (Failure) -> Failure = { $0 }, rest: ([String]) -> String? = { _ in nil }
    ) throws(Failure) -> Outcome {
        var outcome = outcome
        if concernsNodes { outcome.nodes = parts + outcome.nodes }
        guard var failure = failed.first.map({ explained($0.failure) }) else { return outcome }
        if failure.status == .interrupted || failure.isTimedOut, failure.remedy == nil {
            failure.remedy = whenInterrupted
        }
        failure.nodes = outcome.nodes
        failure.parts = parts
        failure.done = (outcome.changed ? outcome.text : []) + failed.flatMap(\.failure.done)
        failure.mayHaveChanged = failed.contains { $0.failure.mayHaveChanged }
        let isPartial = outcome.changed || failed.contains { $0.failure.status == .partial }
        if isPartial, failure.status != .interrupted { failure.status = .partial }
        failure.rest = commands(forRestOf: arguments, rest)
        throw failure
    }
}

extension PartialOutcome {
    /// The commands that do what is left: some parts need another one than the command itself.
    private func commands(forRestOf arguments: Arguments, _ command: ([String]) -> String?) -> String? {
        let names = failed.filter { $0.failure.rest == nil && !$0.failure.isInDoubt }.compactMap(\.name)
        var commands = failed.compactMap(\.failure.rest)
        if count > 1, !names.isEmpty {
            commands.insert(command(names) ?? arguments.command(forRemaining: names), at: 0)
        }
        return commands.isEmpty ? nil : commands.joined(separator: "; ")
    }
}

extension Outcome {
    /// Adds what one part of a command answered.
    fileprivate mutating func take(_ part: Outcome) {
        table = part.table ?? table
        rows = part.rows ?? rows
        text += part.text
        notes += part.notes
        effects += part.effects
        changed = changed || part.changed
    }
}

extension NodeOutcome {
    init(_ node: String, _ failure: Failure) {
        self.init(node, ok: false, sqlstate: failure.sqlstate, message: failure.summary)
    }
}
