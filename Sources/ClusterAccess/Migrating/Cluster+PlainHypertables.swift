package import MultiNode
import Postgres

extension Cluster {
    /// What distributed hypertables are besides their rows, by name.
    package func definitions(of tables: [ChunkedTable]) async throws(ClusterError) -> [PlainHypertable] {
        let capabilities = try await capabilities()
        let numbers = tables.map(\.id)
        // A connection of its own: the search path of the session's is the user's.
        return try await aside { link throws(ClusterError) in
            func records(_ sql: SQL) async throws(ClusterError) -> [[String: String?]] {
                try await send(sql, on: link).records
            }
            try await send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", on: link)
            try await send("SET LOCAL search_path = pg_catalog", on: link)
            let dimensions = try await records(PlainDimension.list(of: numbers))
            let rows = try await records(PlainHypertable.list(numbers))
            let parts = try await records(PlainHypertable.parts(of: PlainHypertable.names(rows), capabilities))
            try await send("ROLLBACK", on: link)
            return PlainHypertable.all(rows, parts: parts, dimensions: dimensions)
        }
    }
}
