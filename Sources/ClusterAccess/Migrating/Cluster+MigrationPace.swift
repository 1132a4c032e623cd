package import MultiNode
import Postgres

extension Cluster {
    /// Reads a part of a chunk, as long as that takes less than two seconds.
    ///
    /// - Parameter facts: with what the nodes told of their chunks.
    package func migrationPace(_ facts: MigrationFacts) async throws(ClusterError) -> MigrationPace {
        let known = facts.chunks.compactMap { chunk in
            chunk.copies.compactMap { copy in
                facts.estimates[copy.node]?[copy.number].map { (chunk: chunk, node: copy.node, estimate: $0) }
            }.first
        }
        guard
            let largest = known.filter({ ($0.estimate.rows ?? 0) > 0 }).max(by: {
                $0.estimate.bytes < $1.estimate.bytes
            }),
            let node = try await nodes().first(where: { $0.name == largest.node }), let rows = largest.estimate.rows
        else { return .assumed }
        let name = largest.chunk.name
        do throws(ClusterError) {
            let (took, read) = try await asking(node, timeout: remaining(atMost: .seconds(5))) {
                link throws(ClusterError) in
                for statement in PaceSample.begin { try await send(statement, on: link, node: node.name) }
                let began = ContinuousClock.now
                let answer: QueryResult
                do throws(PostgresError) {
                    answer = try await link.copyOut(
                        PaceSample.copy(name).text, timeout: PaceSample.limit * 2, inFullPieces: true
                    ) { _ in }
                } catch {
                    throw ClusterError(error, node: node.name)
                }
                try await send(PaceSample.sum(name), on: link, node: node.name)
                let took = began.duration(to: .now)
                try await send("ROLLBACK", on: link, node: node.name)
                return (took, answer.commandTag.split(separator: " ").last.flatMap { Int($0) } ?? 0)
            }
            guard read >= PaceSample.least else { return .assumed }
            // As it was analyzed it may have had less.
            let part = min(1, Double(read) / Double(max(Int(rows), read)))
            let seconds = max(took / .seconds(1), 0.001)
            return .sampled(bytesPerSecond: Double(largest.estimate.bytes) * part / seconds, rows: read)
        } catch {
            guard error.kind != .interrupted else { throw error }
            return .assumed
        }
    }
}
