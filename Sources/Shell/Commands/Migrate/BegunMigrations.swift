import ClusterAccess
import CommandLanguage
import MultiNode

/// The migrations that have begun, and where their rows go.
struct BegunMigrations {
    let target: MigrationTarget
    /// All of them, by name.
    let all: [Migration]

    /// - Throws: where none has begun.
    init(_ context: CommandContext) async throws {
        guard let begun = try await Self(existingIn: context) else { throw Self.none }
        self = begun
    }

    /// Nil where none has begun.
    init?(existingIn context: CommandContext) async throws {
        let capabilities = try await context.cluster.capabilities()
        guard !capabilities.isEmulated else {
            throw Failure("the emulator has no chunks: there is nothing to migrate", remedy: nil)
        }
        if let record = try await context.promotion() {
            throw Failure(
                "\(record.node) is promoted: nothing is copied, and all tables go together", remedy: "migrate status")
        }
        guard let target = try await context.cluster.migrationTarget() else { return nil }
        self.target = target
        all = try await context.cluster.migrations(on: target)
        if all.isEmpty {
            await target.close()
            return nil
        }
    }

    static var none: Failure {
        Failure("no migration has begun", remedy: "migrate plan; then migrate start")
    }

    /// Those that operands select; all if there are none.
    ///
    /// - Parameter isAllNamed: whether the word `all` stands for all of them.
    func chosen(_ operands: [Argument], of command: Arguments, isAllNamed: Bool = false) throws -> [Migration] {
        if operands.isEmpty { return all }
        var chosen: Set<Int> = []
        for operand in operands {
            if isAllNamed, operand.text == "all" {
                chosen.formUnion(all.map(\.sourceID))
                continue
            }
            let name = NamePattern(operand)
            let found = all.filter { name.matches(table: $0.source) }
            if found.isEmpty {
                let nearest = Suggestion.nearest(to: operand.text, among: all.map(\.source.shownName))
                throw command.problem(
                    "no migration of \(operand.text) has begun", at: operand,
                    help: nearest.map { "did you mean \($0)?" } ?? "'migrate status' shows those that have")
            }
            chosen.formUnion(found.map(\.sourceID))
        }
        return all.filter { chosen.contains($0.sourceID) }
    }
}
