import ClusterAccess
import CommandLanguage
import MultiNode

/// Evaluates the conditions of scripts by asking the cluster.
struct ConditionEvaluation {
    private let cluster: Cluster
    private let context: CommandContext
    private let variables: Variables

    /// - Parameter deadline: the time by which the answer must be there; nil for the limit of the command.
    init(_ context: CommandContext, until deadline: ContinuousClock.Instant? = nil) {
        self.context = context
        var cluster = context.cluster
        if let deadline { cluster.deadline = deadline }
        self.cluster = cluster
        variables = context.variables
    }

    /// Whether a condition holds.
    ///
    /// - Throws: if it can't be told, for example of a node that does not exist or does not answer.
    func holds(_ condition: Condition) async throws(Failure) -> Bool {
        do {
            return try await holds(condition.predicate, condition) != condition.isNegated
        } catch {
            var failure = Failure(thrown: error)
            if failure.place == nil { failure.place = (condition.source, condition.span) }
            throw failure
        }
    }

    /// - Throws: `.notHealthy` if the condition does not hold.
    func require(_ assertion: Assertion) async throws(Failure) {
        guard try await !holds(assertion.condition) else { return }
        var failure = Failure(
            try message(of: assertion) ?? "\(assertion.condition.text) does not hold", status: .notHealthy)
        failure.place = (assertion.condition.source, assertion.condition.span)
        throw failure
    }

    private func message(of assertion: Assertion) throws(Failure) -> String? {
        guard let message = assertion.message else { return nil }
        do throws(Diagnostic) {
            return try assertion.condition.argument(message, variables: variables).text
        } catch {
            throw Failure(error)
        }
    }

    private func holds(_ predicate: Predicate, _ condition: Condition) async throws -> Bool {
        func text(_ word: Word) throws(Diagnostic) -> String { try condition.argument(word, variables: variables).text }
        switch predicate {
        case .equal(let left, let right): return try text(left) == text(right)
        case .notEqual(let left, let right): return try text(left) != text(right)
        case .nodeExists(let word):
            let name = try text(word)
            return try await cluster.nodes().contains { $0.name == name }
        case .nodeUp(let word):
            let node = try await node(try text(word), word, condition)
            return await cluster.probeBothWays([node]).allSatisfy { $0.nodeState == .up }
        case .nodeAvailable(let word):
            let node = try await node(try text(word), word, condition)
            guard node.isAvailable else { return false }
            // What it is marked as is of no use where the access node does not get there.
            return await cluster.reachFromAccessNode([node], within: .seconds(5))[node.name]?.error == nil
        case .nodeAttached(let word, let table):
            let name = try await node(try text(word), word, condition).name
            return try await hypertable(try text(table), table, condition).nodes.contains(name)
        case .roleExists(let word, let everywhere): return try await roleExists(try text(word), everywhere: everywhere)
        case .hypertableExists(let word):
            let name = try TableName(try text(word))
            return try await cluster.hypertables().contains { $0.table.isNamed(name) }
        case .hypertableReplicated(let word):
            let table = try await hypertable(try text(word), word, condition).table
            return try await underReplicated().contains { $0.table.isNamed(table) } == false
        case .clusterHealthy: return try await ClusterReport(of: cluster).isHealthy
        case .inDoubtNone:
            let probes = await cluster.probe(try await cluster.nodes())
            if let silent = probes.first(where: { $0.inDoubt == nil }) {
                throw Failure("\(silent.node.name) did not tell: \(silent.message ?? silent.state.rawValue)")
            }
            return probes.allSatisfy { $0.inDoubt == 0 }
        }
    }

    private func node(_ name: String, _ word: Word, _ condition: Condition) async throws -> DataNode {
        let nodes = try await cluster.nodes()
        if let node = nodes.first(where: { $0.name == name }) { return node }
        let nearest = Suggestion.nearest(to: name, among: nodes.map(\.name)).map { "did you mean \($0)?" }
        throw Failure(
            Diagnostic(
                "there is no node \(name)", at: word.span, in: condition.source,
                help: nearest ?? "'node N exists' asks whether there is"))
    }

    private func hypertable(_ name: String, _ word: Word, _ condition: Condition) async throws -> Hypertable {
        let table = try TableName(name)
        let hypertables = try await cluster.hypertables()
        if let hypertable = hypertables.first(where: { $0.table.isNamed(table) }) { return hypertable }
        let nearest = Suggestion.nearest(to: name, among: hypertables.map(\.table.shownName))
            .map { "did you mean \($0)?" }
        throw Failure(
            Diagnostic(
                "there is no distributed hypertable \(name)", at: word.span, in: condition.source,
                help: nearest ?? "'hypertable T exists' asks whether there is"))
    }

    private func roleExists(_ name: String, everywhere: Bool) async throws -> Bool {
        guard everywhere else {
            return try await cluster.roles().contains { $0.name == name }
        }
        let survey = try await cluster.surveyRoles(on: try await cluster.nodes())
        guard survey.own.contains(where: { $0.name == name }) else { return false }
        if let error = survey.errors.first { throw error }
        return survey.answers.allSatisfy { survey.role(name, on: $0) != nil }
    }

    private func underReplicated() async throws -> [UnderReplication] {
        let capabilities = try await cluster.capabilities()
        guard capabilities.canCopyChunks else {
            throw Failure("this TimescaleDB does not tell which chunks are replicated; 2.4 and later do")
        }
        return try await cluster.send(UnderReplication.list).records.map { UnderReplication(row: $0) }
    }
}
