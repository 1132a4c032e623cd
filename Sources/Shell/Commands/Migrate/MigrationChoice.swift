import ClusterAccess
import CommandLanguage
import MultiNode

/// Which distributed hypertables a command is about, and where their rows go.
struct MigrationChoice {
    static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    static let to = Option<Argument?>(
        "--to", "CONNINFO", .text, default: "the access node's own database", "Into which database, on another server")
    static let promote = Option<Argument?>(
        "--promote", "NODE", .node, "Let this data node go on alone, with nothing copied")

    let target: MigrationTarget
    /// Those that are chosen and are not migrated yet, by name.
    let fresh: [ChunkedTable]
    /// The migrations of the others.
    let begun: [Migration]
    /// How many chunks of these are copied and not compared, by the old table's number.
    private let uncompared: [Int: Int]

    init(_ arguments: Arguments, _ context: CommandContext) async throws {
        let chosen = try await Self.tables(arguments, context)
        let target = try await Self.target(arguments, context)
        let ids = Set(chosen.map(\.id))
        let begun = try await context.cluster.migrations(on: target).filter { ids.contains($0.sourceID) }
        let known = Set(begun.map(\.sourceID))
        self.target = target
        self.begun = begun
        uncompared = try await context.cluster.uncomparedChunks(of: begun, on: target)
        fresh = chosen.filter { !known.contains($0.id) }
    }

    /// What is to be told of those that are on their way.
    var told: [String] {
        begun.flatMap { migration -> [String] in
            let standing =
                switch migration.state {
                case .copying: "\(migration.source.shownName) is being migrated to \(migration.target.shownName)"
                case .cutOver: "\(migration.source.shownName) is migrated, and cut over"
                }
            let count = migration.state == .cutOver && migration.verifiedAt != nil ? 0 : uncompared[migration.sourceID]
            return [standing]
                + (count ?? 0 > 0
                    ? [UncomparedChunks.told(count ?? 0, of: migration, isCutOver: migration.state == .cutOver)] : [])
        }
    }

    /// The hypertables that the operands select; all where there are none.
    static func tables(_ arguments: Arguments, _ context: CommandContext) async throws -> [ChunkedTable] {
        if try await context.cluster.capabilities().isEmulated {
            throw Failure(
                "the emulator has no chunks to migrate", remedy: "'sandbox up' uses TimescaleDB where it is installed")
        }
        let all = try await context.cluster.chunkedTables()
        return try ChunkSelection(arguments, among: all).tables(arguments[tables])
    }

    /// The database that the rows go to: the one of `--to` or, without it, the one that is on record, or the access
    /// node's own.
    ///
    /// - Throws: where migrations go to another one already.
    static func target(_ arguments: Arguments, _ context: CommandContext) async throws -> MigrationTarget {
        let cluster = context.cluster
        let begun = try await cluster.migrationTarget()
        guard let written = arguments[to] else {
            if let begun { return begun }
            return MigrationTarget(inPlaceOf: cluster)
        }
        let conninfo = written.text
        guard conninfo.contains(where: { !$0.isWhitespace }) else {
            throw arguments.problem(
                "--to names no database", at: written,
                help: "'host=NAME dbname=NAME'; without --to the tables stay here")
        }
        if written.isSecret || Secrets.areIn(conninfo: conninfo) || Secrets.areInDoubt(in: conninfo) {
            throw arguments.problem(
                "a password in --to would be kept on the access node",
                help: "leave it out: .pgpass, PGPASSWORD or a service file has it")
        }
        let target = try MigrationTarget(conninfo, besides: cluster)
        guard let begun, begun.conninfo != conninfo else { return target }
        do {
            try await refuse(target, besides: begun, cluster)
            await begun.close()
            return target
        } catch {
            await begun.close()
            await target.close()
            throw error
        }
    }

    /// - Parameter begun: where migrations go, as it is on record.
    /// - Throws: where another database is not the same one at another address, by its own record, and migrations go to this one.
    private static func refuse(
        _ target: MigrationTarget, besides begun: MigrationTarget, _ cluster: Cluster
    ) async throws {
        let before: [Migration]
        do throws(ClusterError) {
            before = try await cluster.migrations(on: begun)
        } catch {
            guard begun.mayBeLost(after: error) else { throw error }
            guard try await cluster.migrations(on: target).isEmpty else { return }
            throw Failure(
                "\(begun.conninfo ?? ""), which migrations of this cluster go to, does not answer, and the other database has no record of them: it is not the same one",
                remedy:
                    "name where that database is now; or '\(MigrateUndoCommand.withoutTarget(losingRows: false))', where it is lost for good, and begin anew"
            )
        }
        if before.isEmpty { return }
        let there = try await cluster.migrations(on: target)
        if !there.isEmpty, try await target.server().isSameDatabase(as: begun.server()) { return }
        throw Failure(
            "migrations of this cluster go to \(begun.conninfo ?? "its own database")\(there.isEmpty ? "" : ", which answers, and the other database has a record of them, too"): it leaves by one way at a time",
            remedy: "leave out --to")
    }
}
