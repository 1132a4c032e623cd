import ClusterAccess
import MultiNode
import Postgres

extension CommandContext {
    /// What a migration meets, with the line that brings over what it needs on another server.
    func migrationFacts(
        of tables: [ChunkedTable], to target: MigrationTarget
    ) async throws(ClusterError) -> MigrationFacts {
        var facts = try await cluster.migrationFacts(of: tables, to: target)
        guard let conninfo = target.conninfo else { return facts }
        let info = try await cluster.link().info
        let here = ["-h", info.host, "-p", String(info.port), "-U", info.user, "-d", info.database]
            .map(ShellWord.quoted).joined(separator: " ")
        let there = ShellWord.quoted(conninfo)
        facts.bringing = { "pg_dump \(here) -t \(ShellWord.quoted($0)) | psql -X -v ON_ERROR_STOP=1 -d \(there)" }
        return facts
    }
}
