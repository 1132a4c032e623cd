import ClusterAccess
import MultiNode
import Operations
import Postgres

/// What `check` tells of undos of migrations that were stopped before they had made continuous aggregates anew: whoever refreshes these
/// meanwhile loses what can't be made again, and their refresh policies are off.
enum UndoFindings {
    /// - Parameter state: the answer to ``MigrationStore/state``.
    static func findings(by state: Result<QueryResult, ClusterError>, _ cluster: Cluster) async -> [Finding] {
        guard let state = try? state.get().records.first, state["has_tables"] == "t", (state["stranger"] ?? nil) == nil
        else { return [] }
        do throws(ClusterError) {
            return try await cluster.send(Migration.unrefreshedTables).records.map { row in
                let table = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
                let failure = ClusterError(unrefreshed: table)
                return Finding(.error, table.description, failure.message, remedy: failure.remedy ?? "")
            }
        } catch {
            // Who may not read it can't go on with it either.
            return []
        }
    }
}
