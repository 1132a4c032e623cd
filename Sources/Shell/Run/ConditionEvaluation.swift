import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres

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
        switch try await verdict(condition) {
        case .yes: return true
        case .no: return false
        case .unknown(let failure): throw failure
        }
    }

    /// - Throws: `.notHealthy` if the condition does not hold.
    func require(_ assertion: Assertion) async throws(Failure) {
        let condition = assertion.condition
        var failure: Failure
        switch try await verdict(condition) {
        case .yes: return
        case .no(let faults):
            failure = Failure(try message(of: assertion) ?? "\(condition.text) does not hold", status: .notHealthy)
            if !faults.isEmpty {
                failure.detail = faults.listed
                failure.remedy = "'check' tells what mends it"
            }
        case .unknown(let reason):
            failure = reason
            if let message = try message(of: assertion) {
                failure.detail = failure.message
                failure.message = message
            }
            // A cluster of which a part does not answer is not healthy, as 'status' says of it too.
            let isOfHealth = condition.terms.contains { term in
                if case .clusterHealthy = term.predicate { !term.isNegated } else { false }
            }
            if isOfHealth { failure.status = .notHealthy }
        }
        failure.place = (condition.source, condition.span)
        throw failure
    }

    /// What is known of a condition, or of a predicate in it.
    private enum Verdict {
        case yes
        /// With what is wrong, in a few words each, where that is known.
        case no(because: [String] = [])
        /// It is neither, for a reason such as a node that has not answered in time; nor is its contrary either.
        case unknown(Failure)

        init(_ holds: Bool) { self = holds ? .yes : .no() }

        var negated: Verdict {
            switch self {
            case .yes: .no()
            case .no: .yes
            case .unknown: self
            }
        }
    }

    /// Asks no more of the terms than it takes. What is not known is so only where none of the others decides.
    private func verdict(_ condition: Condition) async throws(Failure) -> Verdict {
        var unknown: Failure?
        var reasons: [String] = []
        for terms in condition.alternatives {
            switch try await verdict(all: terms) {
            case .yes: return .yes
            case .no(let faults): reasons += faults
            case .unknown(let failure): unknown = unknown ?? failure
            }
        }
        return unknown.map { .unknown($0) } ?? .no(because: reasons)
    }

    private func verdict(all terms: [ConditionTerm]) async throws(Failure) -> Verdict {
        var unknown: Failure?
        for term in terms {
            switch try await verdict(term) {
            case .yes: break
            case .no(let faults): return .no(because: faults)
            case .unknown(let failure): unknown = unknown ?? failure
            }
        }
        return unknown.map { .unknown($0) } ?? .yes
    }

    private func verdict(_ condition: ConditionTerm) async throws(Failure) -> Verdict {
        do {
            let verdict = try await verdict(condition.predicate, condition)
            guard case .unknown(var failure) = verdict else { return condition.isNegated ? verdict.negated : verdict }
            failure.message = "whether \(condition.text) can't be told: \(failure.message)"
            failure.place = (condition.source, condition.span)
            return .unknown(failure)
        } catch {
            var failure = Failure(thrown: error)
            if failure.place == nil { failure.place = (condition.source, condition.span) }
            throw failure
        }
    }

    /// What a node that did not tell leaves open.
    private static func untold(_ probe: Probe) throws -> Verdict {
        if probe.state == .interrupted { throw Failure.interrupted }
        let reason = probe.error.map { Failure($0) } ?? Failure(probe.state.rawValue)
        return untold(by: probe.node.name, reason)
    }

    private static func untold(by node: String, _ reason: Failure) -> Verdict {
        var failure = reason
        // Where the access node can't be reached is told by the status; this is a node.
        failure.status = .failed
        failure.message = "\(node) did not tell: \(reason.summary)"
        failure.detail = nil
        return .unknown(failure)
    }

    private func message(of assertion: Assertion) throws(Failure) -> String? {
        guard let message = assertion.message else { return nil }
        do throws(Diagnostic) {
            return try Expansion(variables: variables, source: assertion.condition.source).single(message).text
        } catch {
            throw Failure(error)
        }
    }

    private func verdict(_ predicate: Predicate, _ condition: ConditionTerm) async throws -> Verdict {
        func text(_ word: Word) throws(Diagnostic) -> String { try condition.argument(word, variables: variables).text }
        switch predicate {
        case .equal(let left, let right): return Verdict(try text(left) == text(right))
        case .notEqual(let left, let right): return Verdict(try text(left) != text(right))
        case .compared(let left, let sign, let right):
            return Verdict(try compare(try text(left), sign, try text(right), condition))
        case .rows:
            guard let query = condition.query else { return .no() }
            let result = try await context.rows(of: try SQL(query, in: condition.source, variables), asking: cluster)
            return Verdict(!result.rows.isEmpty)
        case .nodeExists(let word):
            let name = try text(word)
            return Verdict(try await cluster.nodes().contains { $0.name == name })
        case .nodeUp(let word):
            let node = try await node(try text(word), word, condition)
            guard let probe = await cluster.probeBothWays([node]).first else { throw Failure.interrupted }
            return try probe.nodeIsUp.map(Verdict.init) ?? Self.untold(probe)
        case .nodeAvailable(let word):
            let node = try await node(try text(word), word, condition)
            guard node.isAvailable else { return .no() }
            // What it is marked as is of no use where the access node does not get there.
            return switch await cluster.reachFromAccessNode([node], within: .seconds(5))[node.name] {
            case .unreached: .no()
            case .hanging(let error): Self.untold(by: node.name, Failure(error))
            case .reached: .yes
            case .unknown(let reason): Self.untold(by: node.name, Failure(reason))
            case nil: throw Failure.interrupted
            }
        case .nodeAttached(let word, let table):
            let name = try await node(try text(word), word, condition).name
            return Verdict(try await hypertable(try text(table), table, condition).nodes.contains(name))
        case .roleExists(let word, let everywhere): return try await roleExists(try text(word), everywhere: everywhere)
        case .hypertableExists(let word):
            let name = try TableName(try text(word))
            return Verdict(try await cluster.hypertables().contains { $0.table.isNamed(name) })
        case .hypertableReplicated(let word):
            let table = try await hypertable(try text(word), word, condition).table
            return Verdict(try await !underReplicated().contains { $0.table.isNamed(table) })
        case .clusterHealthy:
            let report = try await ClusterReport(of: cluster)
            switch report.health {
            case .healthy: return .yes
            case .unhealthy: return .no(because: report.capabilities.refusal.map { [$0] } ?? report.faults)
            case .unknown(let silent): return try Self.untold(silent)
            }
        case .inDoubtNone:
            let probes = await cluster.probe(try await cluster.nodes())
            if probes.contains(where: { $0.inDoubt ?? 0 > 0 }) { return .no() }
            return try probes.first { $0.inDoubt == nil }.map(Self.untold) ?? .yes
        }
    }

    private func compare(
        _ left: String, _ sign: Comparison, _ right: String, _ term: ConditionTerm
    ) throws(Diagnostic) -> Bool {
        guard let first = Quantity(written: left), let second = Quantity(written: right) else { return false }
        if let mismatch = Comparison.problem(left, right) {
            throw Diagnostic("these can't be compared: \(mismatch)", at: term.span, in: term.source)
        }
        return sign.holds(first, second)
    }

    private func node(_ name: String, _ word: Word, _ condition: ConditionTerm) async throws -> DataNode {
        let nodes = try await cluster.nodes()
        if let node = nodes.first(where: { $0.name == name }) { return node }
        let nearest = Suggestion.nearest(to: name, among: nodes.map(\.name)).map { "did you mean \($0)?" }
        throw Failure(
            Diagnostic(
                "there is no node \(name)", at: word.span, in: condition.source,
                help: nearest ?? "'node N exists' asks whether there is"))
    }

    private func hypertable(_ name: String, _ word: Word, _ condition: ConditionTerm) async throws -> Hypertable {
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

    private func roleExists(_ name: String, everywhere: Bool) async throws -> Verdict {
        guard everywhere else { return Verdict(try await cluster.roles().contains { $0.name == name }) }
        let survey = try await cluster.surveyRoles(on: try await cluster.nodes())
        guard survey.own.contains(where: { $0.name == name }),
            survey.answers.allSatisfy({ $0.value == nil || survey.role(name, on: $0) != nil })
        else { return .no() }
        guard let silent = survey.answers.first(where: { $0.error != nil }), let error = silent.error else {
            return .yes
        }
        if error.kind == .interrupted { throw error }
        return Self.untold(by: silent.item.name, Failure(error))
    }

    private func underReplicated() async throws -> [UnderReplication] {
        let capabilities = try await cluster.capabilities()
        guard capabilities.canCopyChunks else {
            throw Failure("this TimescaleDB does not tell which chunks are replicated; 2.4 and later do")
        }
        return try await cluster.send(UnderReplication.list).records.map { UnderReplication(row: $0) }
    }
}
