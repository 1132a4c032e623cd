package import ClusterAccess
package import MultiNode

extension MigrationTarget {
    /// The tables there with rows that copies had and the source had not when they were made anew, of some migrations: a line each, with
    /// what to do about it. They stay until somebody drops them.
    ///
    /// - Parameter isUndone: whether the distributed tables are those that count again.
    package func toldKeptRows(
        of migrations: [Migration], isUndone: Bool = false
    ) async throws(ClusterError) -> [String] {
        try await send(KeptRows.list).records.compactMap { KeptRows(row: $0) }
            .filter { kept in migrations.contains { kept.isOf($0) } }
            .map { isUndone ? $0.toldBehindUndo(isInPlace: isInPlace) : $0.told(isInPlace: isInPlace) }
    }
}
