package import MultiNode
import Postgres

extension Cluster {
    /// What distributed hypertables are besides their rows, by name.
    package func definitions(of tables: [ChunkedTable]) async throws(ClusterError) -> [PlainHypertable] {
        let capabilities = try await capabilities()
        let numbers = tables.map(\.id)
        // A connection of its own: the search path of the session's is the user's.
        return try await aside { link throws(ClusterError) in
            try await send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", on: link)
            try await send(DefinitionReading.local, on: link)
            let found = try await Self.definitions(of: numbers, capabilities) { sql throws(ClusterError) in
                try await send(sql, on: link).records
            }
            try await send("ROLLBACK", on: link)
            return found
        }
    }

    /// The same in the session's own transaction, where that has locked them: another one would wait for it.
    ///
    /// - Parameter numbers: in the access node's catalog.
    package func definitions(
        ofHeld numbers: [Int], _ capabilities: Capabilities
    ) async throws(ClusterError) -> [PlainHypertable] {
        let path = try await send("SELECT pg_catalog.current_setting('search_path') AS path").value ?? ""
        try await send(DefinitionReading.local)
        let found = try await Self.definitions(of: numbers, capabilities) { sql throws(ClusterError) in
            try await send(sql).records
        }
        try await send("SELECT pg_catalog.set_config('search_path', \(literal: path), true)")
        return found
    }

    private static func definitions(
        of numbers: [Int], _ capabilities: Capabilities,
        _ ask: (SQL) async throws(ClusterError) -> [[String: String?]]
    ) async throws(ClusterError) -> [PlainHypertable] {
        let dimensions = try await ask(PlainDimension.list(of: numbers))
        let rows = try await ask(PlainHypertable.list(numbers))
        let parts = try await ask(PlainHypertable.parts(of: PlainHypertable.names(rows), capabilities))
        return PlainHypertable.all(rows, parts: parts, dimensions: dimensions)
    }
}
