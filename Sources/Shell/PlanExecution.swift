import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// Carrying out what a command proposes.
extension Session {
    /// What `--dry-run` shows: the exact SQL and where it would run.
    func preview(_ proposal: Proposal) -> Outcome {
        var outcome = Outcome()
        let plans = proposal.items.map(\.plan).filter { !$0.isEmpty }
        outcome.text = proposal.unchanged.map { "-- unchanged: \($0)" } + plans.map { $0.shown() }
        if plans.isEmpty { outcome.text.append("-- nothing to do") }
        var rows: [[Value]] = []
        for statement in plans.flatMap(\.statements) {
            rows.append([.text(statement.place.description), .text(output.hiding(statement.sql.shown))])
        }
        outcome.table = Table(columns: ["where", "sql"], rows: rows)
        if !proposal.failures.isEmpty { outcome.status = .partial }
        return outcome
    }

    /// Carries out the parts, in their order or side by side; one that fails does not keep the others from being tried.
    ///
    /// - Throws: the first failure, with what was done, what was not, and the command that does the rest.
    func carryOut(_ proposal: Proposal, for arguments: Arguments) async throws(Failure) -> Outcome {
        var outcome = Outcome(text: proposal.unchanged.map { "unchanged: \($0)" })
        var first: Failure?
        var remaining: [String] = []
        for (item, answer, milliseconds) in await attempt(proposal) {
            switch answer {
            case .success:
                outcome.changed = true
                outcome.text.append(item.done)
                if let name = item.name {
                    outcome.nodes.append(NodeOutcome(name, ok: true, milliseconds: milliseconds))
                }
            case .failure(let failure):
                if let name = item.name {
                    remaining.append(name)
                    outcome.nodes.append(
                        NodeOutcome(name, ok: false, sqlstate: failure.sqlstate, message: failure.summary))
                }
                if first == nil { first = failure }
            }
        }
        if outcome.changed, proposal.concernsNodes { forgetCapabilities() }
        let parts = outcome.nodes
        if !proposal.concernsNodes { outcome.nodes = [] }
        outcome.nodes += proposal.failures.compactMap { failure in
            failure.node.map { NodeOutcome($0, ok: false, sqlstate: failure.sqlstate, message: failure.summary) }
        }
        if !proposal.failures.isEmpty { outcome.status = .partial }
        guard var failure = first else { return outcome }
        if failure.status == .interrupted || failure.kind == .timedOut, failure.remedy == nil {
            failure.remedy = proposal.whenInterrupted
        }
        failure.nodes = outcome.nodes
        failure.parts = parts
        if outcome.changed {
            failure.done = outcome.text
            if failure.status != .interrupted { failure.status = .partial }
        }
        if proposal.items.count > 1, !remaining.isEmpty {
            failure.rest = arguments.command(forRemaining: remaining)
        }
        throw failure
    }

    private typealias Attempt = (item: Proposal.Item, answer: Result<Void, Failure>, milliseconds: Double)

    private func attempt(_ proposal: Proposal) async -> [Attempt] {
        let alone = proposal.parallel == 1 || isInBlock ? proposal.items.count : proposal.beginsAlone ? 1 : 0
        var attempts: [Attempt] = []
        for item in proposal.items.prefix(alone) {
            let started = ContinuousClock.now
            var answer = Result<Void, Failure>.success(())
            do throws(Failure) {
                try Task.checkInterruption()
                try await execute(item.plan)
            } catch {
                answer = .failure(error)
            }
            attempts.append((item, answer, started.duration(to: .now).milliseconds))
            // What failed in the script's transaction has ended it.
            if isInBlock, case .failure = answer { return attempts }
        }
        let rest = Array(proposal.items.dropFirst(alone))
        return attempts
            + (await sideBySide(rest, named: { $0.name ?? "" }, parallel: proposal.parallel) { item throws(Failure) in
                try Task.checkInterruption()
                try await self.send(item.plan)
            })
    }

    /// Carries a plan out over a connection of its own.
    private func send(_ plan: Plan) async throws(Failure) {
        try await closing(try await openAccessNode()) { connection throws(Failure) in
            for statement in plan.statements { try await send(statement.sql, on: connection) }
        }
    }

    func execute(_ plan: Plan) async throws(Failure) {
        for step in plan.steps {
            switch step {
            case .statement(let statement):
                let connection = try await connection(for: statement.place)
                try await send(statement.sql, on: connection, node: statement.place.node)
                if statement.place != .accessNode { await connection.close() }
            case .transaction(let statements):
                try await transaction(statements)
            case .eachNode(let statements, _):
                // Commands that work side by side show more than a plan's success; what is left is done in turn.
                for statement in statements { try await send(statement.sql, on: try await cluster().connection) }
            }
        }
    }

    /// One transaction on the access node, and so on every node that its statements reach; a part of the script's where
    /// one is open.
    private func transaction(_ statements: [SQL]) async throws(Failure) {
        let connection = try await cluster().connection
        guard !isInBlock else {
            for statement in statements { try await send(statement.sql, on: connection) }
            return
        }
        try await begin(connection)
        do throws(Failure) {
            for statement in statements { try await send(statement.sql, on: connection) }
        } catch {
            await rollBack(connection)
            throw error
        }
        try await commit(connection)
    }

    private func connection(for place: Place) async throws(Failure) -> Connection {
        let cluster = try await cluster()
        guard let name = place.node else { return cluster.connection }
        guard let node = try await dataNodes().first(where: { $0.name == name }) else {
            throw Failure("there is no node \(name)")
        }
        return try await open(node)
    }
}

extension Place {
    /// The data node's name; nil for the access node.
    var node: String? {
        switch self {
        case .accessNode: nil
        case .dataNode(let name): name
        }
    }
}

extension Task where Success == Never, Failure == Never {
    /// - Throws: an interrupted failure when the command was cancelled.
    static func checkInterruption() throws(Shell.Failure) {
        if isCancelled { throw Shell.Failure("interrupted", status: .interrupted) }
    }
}
