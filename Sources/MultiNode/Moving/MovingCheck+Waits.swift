/// What moves will wait for, and what is to be done before; neither keeps them from beginning.
extension MovingCheck {
    /// A transaction that is younger, in seconds, is likely to be over when the copy begins.
    static let old = 5

    var ofWaits: [MovingObstacle] { ofSources + ofDestinations }

    /// What a distributed transaction in doubt has locked, making a table may wait for.
    private var ofDestinations: [MovingObstacle] {
        Set(copies.compactMap(\.destination)).subtracting(copies.map(\.source)).sorted().flatMap { name in
            guard let facts = answers[name]?.facts, let node = nodes[name] else { return [] as [MovingObstacle] }
            let numbers = copies.filter { $0.destination == name }.map(\.chunk)
            return facts.prepared.filter {
                $0.seconds >= Self.old && $0.isDistributed && $0.database == node.database
            }.map { transaction in
                MovingObstacle(
                    name,
                    "copies to it may wait for the prepared transaction \(transaction.gid), "
                        + "\(ClusterCheck.age(transaction.seconds)) old",
                    remedy: transaction.remedy(on: node), isBlocking: false, doubt: transaction.gid, chunks: numbers)
            }
        }
    }

    private var ofSources: [MovingObstacle] {
        Set(copies.map(\.source)).sorted().flatMap { name -> [MovingObstacle] in
            guard let facts = answers[name]?.facts, let node = nodes[name] else { return [] }
            let numbers = copies(from: name)
            let writers = facts.writers.filter { ($0.seconds ?? 0) >= Self.old }.map { writer in
                MovingObstacle(
                    name, "copies from it will wait for \(writer.text)", remedy: writer.remedy(on: name),
                    isBlocking: false, chunks: numbers)
            }
            let prepared = facts.prepared.filter { $0.seconds >= Self.old }.map { transaction in
                MovingObstacle(
                    name,
                    "copies from it will wait for the prepared transaction \(transaction.gid) in \(transaction.database), "
                        + "\(ClusterCheck.age(transaction.seconds)) old",
                    remedy: transaction.remedy(on: node), isBlocking: false,
                    doubt: transaction.isDistributed && transaction.database == node.database ? transaction.gid : nil,
                    chunks: numbers)
            }
            return writers + prepared
        }
    }

    /// The nodes on which parts of distributed transactions are prepared, be they in doubt or under way.
    package var preparing: Set<String> {
        Set(
            names.filter { name in
                guard let node = nodes[name] else { return false }
                return answers[name]?.facts.prepared.contains {
                    $0.isDistributed && $0.database == node.database && !$0.isOfAnother(than: node)
                } ?? false
            })
    }

    /// The hypertables without a primary key of which chunks are copied: their rows can't be updated or deleted meanwhile.
    package var keyless: [TableName] {
        let tables = copies.compactMap { move in
            chunks[move.chunk].flatMap { catalog.table(of: $0)?.hasKey == false ? $0.table : nil }
        }
        return Set(tables).sorted { $0.quoted < $1.quoted }
    }

    var ofChunks: [MovingObstacle] { underWay + unprovable }

    /// What one that broke off has left is compared or cleaned up before the next one.
    private var underWay: [MovingObstacle] {
        var seen: Set<String> = []
        return copies.flatMap { move in
            catalog.copyings(of: move.chunk).filter { $0.isRunning && seen.insert($0.operation).inserted }.map {
                copying in
                let name = chunks[move.chunk]?.name.description ?? String(move.chunk)
                return MovingObstacle(
                    name, "the operation \(copying.operation) copies it to \(copying.destination) now",
                    remedy: "'chunk show \(Quoting.word(name))' tells when it is over", isBlocking: false,
                    chunks: [move.chunk])
            }
        }
    }

    /// What is so cannot be proved when it is copied.
    private var unprovable: [MovingObstacle] {
        grouped(copies) { move -> Unprovable? in
            guard let chunk = chunks[move.chunk] else { return nil }
            return restating(of: chunk, from: move.source).map {
                Unprovable(chunk, source: move.source, $0)
            }
        } _: { found, numbers in
            MovingObstacle(
                found.chunk.description,
                "\(found.restating.text(of: found.chunk, on: found.source)): no copy of it could be proved",
                remedy: found.restating.remedy(found.chunk, of: found.table), chunks: numbers)
        }
    }

    private struct Unprovable: Hashable {
        let chunk: TableName
        let table: TableName
        let source: String
        let restating: CopyRestating

        init(_ chunk: Chunk, source: String, _ restating: CopyRestating) {
            (self.chunk, table, self.source, self.restating) = (chunk.name, chunk.table, source, restating)
        }
    }

    /// Of a chunk that is not compressed on its source, or of which nothing is known, nil.
    private func restating(of chunk: Chunk, from source: String) -> CopyRestating? {
        guard let status = answers[source]?.contents.statuses[chunk.name] else { return nil }
        let standing = ChunkStanding(nodes: [], status: statuses[chunk.id] ?? chunk.status, owner: "")
        return CopyRestating(standing, source: status, keepsStatus: keepsStatus)
    }

    /// The numbers of the chunks of which no copy could be proved, as they were read.
    package var unproved: [Int] {
        copies.filter { move in chunks[move.chunk].map { restating(of: $0, from: move.source) != nil } ?? false }
            .map(\.chunk).sorted()
    }
}

extension OpenWriter {
    /// Whether a session of an access node has it open.
    private var isOfAccessNode: Bool { application == "timescaledb" }

    /// What to do about it, which is never to end or cancel it there: a data node crashes when a COPY of the access node's
    /// is cancelled (seen with TimescaleDB 2.9.3, not with 2.13.1).
    package func remedy(on node: String) -> String {
        let act = isIdle ? "have the client that holds it open end its transaction" : "let it end, or stop its client"
        guard isOfAccessNode else { return act }
        return act
            + ", which is connected to the access node: 'sql SELECT pid, usename, application_name, state, query "
            + "FROM pg_stat_activity WHERE xact_start IS NOT NULL' shows those of this one"
    }
}
