import CommandLanguage
import MultiNode
import Postgres

/// What a script can ask.
extension Session {
    /// Whether a condition holds.
    ///
    /// - Throws: where it can't be told, as of a node that does not exist or does not answer.
    func holds(_ condition: Condition) async throws(Failure) -> Bool {
        do throws(Failure) {
            return try await holds(condition.predicate, condition) != condition.isNegated
        } catch {
            var failure = error
            if failure.place == nil { failure.place = (condition.source, condition.span) }
            throw failure
        }
    }

    private func holds(_ predicate: Predicate, _ condition: Condition) async throws(Failure) -> Bool {
        func text(_ word: Word) throws(Failure) -> String {
            do throws(Diagnostic) {
                return try condition.argument(word, variables: variables).text
            } catch {
                throw Failure(error)
            }
        }
        switch predicate {
        case .equal(let left, let right): return try text(left) == text(right)
        case .notEqual(let left, let right): return try text(left) != text(right)
        case .nodeExists(let word):
            let name = try text(word)
            return try await dataNodes().contains { $0.name == name }
        case .nodeUp(let word): return await probe(try await node(try text(word), word, condition)).state == .up
        case .nodeAvailable(let word): return try await node(try text(word), word, condition).isAvailable
        case .nodeAttached(let word, let table):
            let name = try await node(try text(word), word, condition).name
            return try await hypertable(try text(table), table, condition).nodes.contains(name)
        case .roleExists(let word, let everywhere): return try await roleExists(try text(word), everywhere: everywhere)
        case .hypertableExists(let word):
            let name = try Name.table(try text(word))
            return try await hypertables().contains { $0.table.isNamed(name) }
        case .hypertableReplicated(let word):
            let table = try await hypertable(try text(word), word, condition).table
            return try await underReplicated().contains { $0.table.isNamed(table) } == false
        case .clusterHealthy: return try await StatusCommand.report(self).status == .done
        case .inDoubtNone:
            let probes = await probe(try await dataNodes())
            if let silent = probes.first(where: { $0.inDoubt == nil }) {
                throw Failure("\(silent.node.name) did not tell: \(silent.message ?? silent.state.rawValue)")
            }
            return probes.allSatisfy { $0.inDoubt == 0 }
        }
    }

    private func node(_ name: String, _ word: Word, _ condition: Condition) async throws(Failure) -> DataNode {
        let nodes = try await dataNodes()
        if let node = nodes.first(where: { $0.name == name }) { return node }
        let nearest = Suggestion.nearest(to: name, among: nodes.map(\.name)).map { "did you mean \($0)?" }
        throw Failure(
            Diagnostic(
                "there is no node \(name)", at: word.span, in: condition.source,
                help: nearest ?? "'node N exists' asks whether there is"))
    }

    private func hypertable(_ name: String, _ word: Word, _ condition: Condition) async throws(Failure) -> Hypertable {
        let table = try Name.table(name)
        let hypertables = try await hypertables()
        if let hypertable = hypertables.first(where: { $0.table.isNamed(table) }) { return hypertable }
        let nearest = Suggestion.nearest(to: name, among: hypertables.map(\.table.shownName))
            .map { "did you mean \($0)?" }
        throw Failure(
            Diagnostic(
                "there is no distributed hypertable \(name)", at: word.span, in: condition.source,
                help: nearest ?? "'hypertable T exists' asks whether there is"))
    }

    private func roleExists(_ name: String, everywhere: Bool) async throws(Failure) -> Bool {
        guard everywhere else {
            let own = try await send(DatabaseRole.list, on: try await cluster().connection)
            return own.records.contains { DatabaseRole(row: $0).name == name }
        }
        let survey = try await surveyRoles()
        guard survey.own.contains(where: { $0.name == name }) else { return false }
        if let failure = survey.failures.first { throw failure }
        return survey.answers.allSatisfy { $0.roles?[name] != nil }
    }

    private func underReplicated() async throws(Failure) -> [UnderReplication] {
        let (connection, capabilities) = try await cluster()
        guard capabilities.canCopyChunks else {
            throw Failure("this TimescaleDB does not tell which chunks are replicated; 2.4 and later do")
        }
        return try await send(UnderReplication.list, on: connection).records.map { UnderReplication(row: $0) }
    }
}
