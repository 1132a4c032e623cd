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
                answers[name]?.facts.prepared.contains {
                    $0.isDistributed && $0.database == nodes[name]?.database
                } ?? false
            })
    }

    var ofChunks: [MovingObstacle] { underWay + unordered }

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

    /// What has the access node and its nodes agree on the status of a chunk again, where rows were added to it as it was
    /// compressed: for the access node there is nothing to recompress then.
    package static func realigning(_ chunk: TableName) -> String {
        let name = Quoting.literal(chunk.quoted)
        return
            "sql SELECT decompress_chunk(\(name), true); then run it again, and behind it: sql SELECT compress_chunk(\(name), true)"
    }

    /// What makes the status of a compressed chunk one that copies keep. Where rows are added all the time, only a chunk that
    /// is not compressed keeps it.
    package static func restating(_ chunk: TableName) -> String {
        let name = Quoting.literal(chunk.quoted)
        return "sql CALL recompress_chunk(\(name)); where rows are added to it all the time: "
            + "sql SELECT decompress_chunk(\(name)), and compress it again behind the move"
    }

    /// In these versions a copy of a chunk does not know that its compressed rows have others beside them, and is read in
    /// a wrong order.
    private var unordered: [MovingObstacle] {
        guard !keepsStatus else { return [] }
        return grouped(copies) { move in
            chunks[move.chunk].flatMap { catalog.isUnordered($0) ? $0.name : nil }
        } _: { name, numbers in
            MovingObstacle(
                name.description, "rows were added since it was compressed: its copy would be read in a wrong order",
                remedy: Self.restating(name), isBlocking: false, chunks: numbers
            )
        }
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
