package import MultiNode
import Postgres

extension Cluster {
    /// - Parameter facts: with what the nodes told of their chunks.
    package func migrationPace(_ facts: MigrationFacts) async throws(ClusterError) -> MigrationPace {
        try await migrationPace(
            of: facts.chunks.compactMap { chunk in
                chunk.copies.compactMap { copy in
                    facts.estimates[copy.node]?[copy.number].map { ($0, copy.node) }
                }.first.flatMap { estimate, node in
                    guard let rows = estimate.rows, rows > 0 else { return nil }
                    return PaceSample.Candidate(chunk.name, on: node, bytes: estimate.bytes, rows: rows)
                }
            })
    }

    /// Reads a part of the largest chunk, as long as that takes less than two seconds.
    package func migrationPace(of chunks: [PaceSample.Candidate]) async throws(ClusterError) -> MigrationPace {
        guard let largest = chunks.max(by: { $0.bytes < $1.bytes }),
            let node = try await nodes().first(where: { $0.name == largest.node })
        else { return .assumed }
        do throws(ClusterError) {
            let (took, read, known) = try await asking(node, timeout: remaining(atMost: .seconds(5))) {
                link throws(ClusterError) in
                for statement in PaceSample.begin { try await send(statement, on: link, node: node.name) }
                var known = largest.rows
                if known == nil {
                    known = try await send(largest.count, on: link, node: node.name).value.flatMap { Int64($0) }
                }
                let began = ContinuousClock.now
                let answer: QueryResult
                do throws(PostgresError) {
                    answer = try await link.copyOut(
                        largest.copy.text, timeout: PaceSample.limit * 2, inFullPieces: true
                    ) { _ in }
                } catch {
                    throw ClusterError(error, node: node.name)
                }
                try await send(largest.sum, on: link, node: node.name)
                let took = began.duration(to: .now)
                try await send("ROLLBACK", on: link, node: node.name)
                return (took, answer.commandTag.split(separator: " ").last.flatMap { Int($0) } ?? 0, known ?? 0)
            }
            guard read >= PaceSample.least, known > 0 else { return .assumed }
            // As it was analyzed it may have had less.
            let part = min(1, Double(read) / Double(max(Int(known), read)))
            let seconds = max(took / .seconds(1), 0.001)
            return .sampled(bytesPerSecond: Double(largest.bytes) * part / seconds, rows: read)
        } catch {
            guard error.kind != .interrupted else { throw error }
            return .assumed
        }
    }
}
