package import ClusterAccess
package import MultiNode

extension MigrationTarget {
    /// The tables there with rows that copies had and the source had not when they were made anew, of some migrations: a line each, with
    /// what to do about it. They stay until somebody drops them.
    package func toldKeptRows(of migrations: [Migration]) async throws(ClusterError) -> [String] {
        try await send(KeptRows.list).records.compactMap { KeptRows(row: $0) }
            .filter { kept in migrations.contains { kept.isOf($0) } }.map { $0.told(isInPlace: isInPlace) }
    }
}
