import ClusterAccess
import CommandLanguage
import MultiNode

/// Chooses among the migrations that have begun, by the names of their tables; `all` is all of them.
struct MigrationSelection {

    private let command: Arguments
    private let all: [Migration]

    init(_ command: Arguments, among migrations: [Migration]) {
        self.command = command
        all = migrations
    }

    /// - Throws: an error for a name or pattern that no migration has.
    func chosen(_ operands: [Argument]) throws(Diagnostic) -> [Migration] {
        if operands.isEmpty || operands.contains(where: { $0.text == "all" }) { return all }
        var chosen: Set<Int> = []
        for operand in operands {
            let found = all.filter { Self.matches(operand, $0.source) }
            if found.isEmpty {
                throw command.problem(
                    "no migration of \(operand.text) has begun", at: operand,
                    help: Suggestion.nearest(to: operand.text, among: all.map(\.source.shownName))
                        .map { "did you mean \($0)?" } ?? "'migrate status' shows those that have")
            }
            chosen.formUnion(found.map(\.sourceID))
        }
        return all.filter { chosen.contains($0.sourceID) }
    }

    private static func matches(_ operand: Argument, _ table: TableName) -> Bool {
        guard let plain = GlobPattern.plainText(operand.pattern) else {
            let pattern = GlobPattern(operand.pattern)
            return pattern.matches(table.shownName) || pattern.matches(table.description)
        }
        return (try? TableName(plain)).map { table.isNamed($0) } ?? false
    }
}

extension CommandContext {
    /// Runs work on the migrations that a command names.
    func onMigrations<Answer>(
        _ operands: [Argument], of arguments: Arguments,
        _ work: ([Migration], MigrationTarget) async throws -> Answer
    ) async throws -> Answer {
        try await refuseInWrittenTransaction(arguments.invocation)
        let capabilities = try await cluster.capabilities()
        if capabilities.isEmulated { throw Failure("the emulator has no chunks to migrate") }
        guard let target = try await cluster.migrationTarget() else {
            throw Failure(
                "no migration has begun", remedy: "'migrate plan' tells what it would be, 'migrate start' begins it")
        }
        do {
            let selection = MigrationSelection(arguments, among: try await cluster.migrations(on: target))
            let answer = try await work(try selection.chosen(operands), target)
            await target.close()
            return answer
        } catch {
            await target.close()
            throw error
        }
    }
}
