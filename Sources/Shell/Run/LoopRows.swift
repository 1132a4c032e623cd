import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// The rows of a query that a loop goes over. All of them are read before the first is gone over.
struct LoopRows {
    private let sql: SQL
    private let loop: Loop
    private let source: RowSource

    init(_ sql: SQL, _ loop: Loop, _ source: RowSource) {
        (self.sql, self.loop, self.source) = (sql, loop, source)
    }

    /// The values of each row; NULL is an empty text.
    ///
    /// - Throws: where a node does not answer, or there are not as many columns as names.
    func values(_ context: CommandContext) async throws -> [[Variables.Value]] {
        switch source {
        case .rows:
            let isUndone = await context.cluster.isInScriptTransaction
            let result = try await context.rows(of: sql)
            do {
                try require(result.columns.map(\.name))
            } catch {
                throw context.settings.dryRun || isUndone
                    ? Failure(error) : Failure(error).behind(result, lacking: "rows are not gone over")
            }
            return Self.values(result)
        case .query:
            let nodes = try await context.cluster.nodes()
            guard !nodes.isEmpty else { throw Failure.noNodes }
            var values: [[Variables.Value]] = []
            for answer in await QueryCommand.answers(sql, nodes, parallel: nodes.count, context.cluster) {
                if let error = answer.error { throw Failure(error) }
                guard let result = answer.value else { throw Failure.interrupted }
                try require(["node"] + result.columns.map(\.name))
                values += Self.values(result).map { [Variables.Value(answer.item.name)] + $0 }
            }
            return values
        }
    }

    /// Spelt as --into spells them.
    private static func values(_ result: QueryResult) -> [[Variables.Value]] {
        result.rows.map { row in result.columns.indices.map { result.written(row[$0], inColumn: $0) } }
    }

    private func require(_ columns: [String]) throws(Diagnostic) {
        guard columns.count != loop.variables.count else { return }
        throw Diagnostic(
            "the rows have \(columns.count.counted("column")) (\(columns.listed)), and the names are "
                + "\(loop.variables.count)", at: loop.span, in: loop.source)
    }
}

extension CommandContext {
    /// The rows of a query by which a script is steered. A dry run asks it as well, and has the server refuse what would change
    /// anything.
    ///
    /// - Parameter limited: the cluster with the time limit for the query; nil for that of the command.
    func rows(of sql: SQL, asking limited: Cluster? = nil) async throws(ClusterError) -> QueryResult {
        let cluster = limited ?? cluster
        guard settings.dryRun else { return try await cluster.send(sql) }
        return try await cluster.aside { link throws(ClusterError) in
            try await cluster.send("BEGIN READ ONLY", on: link)
            let result = try await cluster.send(sql, on: link)
            try await cluster.send("ROLLBACK", on: link)
            return result
        }
    }
}
