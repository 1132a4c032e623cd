/// Obstacles that lie with where chunks are and where they are to go.
extension MovingCheck {
    var ofPlaces: [MovingObstacle] { withoutSource + onDestination + unattached + tooManyCopies + lastCopies }

    private var withoutSource: [MovingObstacle] {
        grouped(moves) { move -> String? in
            guard let chunk = chunks[move.chunk] else { return move.source }
            return chunk.nodes.contains(move.source) ? nil : move.source
        } _: { source, numbers in
            MovingObstacle(
                source, "it has no copy of \(names(of: numbers))", remedy: "'chunk list' shows which nodes have one",
                chunks: numbers)
        }
    }

    private var onDestination: [MovingObstacle] {
        grouped(copies) { move -> String? in
            guard let node = move.destination, chunks[move.chunk]?.nodes.contains(node) == true,
                // One that is not compared yet may be there.
                !catalog.hasCopying(of: move.chunk, to: node)
            else { return nil }
            return node
        } _: { destination, numbers in
            MovingObstacle(
                destination, "it has a copy of \(names(of: numbers)) already",
                remedy: "choose another node; 'chunk list' shows which nodes have one", chunks: numbers)
        }
    }

    private struct Attachment: Hashable {
        let node: String
        let table: TableName
    }

    /// The engine fails with 42P01 where a node is not attached.
    private var unattached: [MovingObstacle] {
        func wanting(_ condition: @escaping (MovingCatalog.Table, String) -> Bool) -> (ChunkMove) -> Attachment? {
            { move in
                guard let node = move.destination, let chunk = chunks[move.chunk], let table = catalog.table(of: chunk),
                    condition(table, node)
                else { return nil }
                return Attachment(node: node, table: chunk.table)
            }
        }
        return grouped(copies, by: wanting { !$0.nodes.contains($1) }) { place, numbers in
            MovingObstacle(
                place.node, "it is not attached to \(place.table)",
                remedy: "node attach \(Quoting.word(place.node)) --to \(Quoting.word(place.table.description))",
                chunks: numbers)
        }
            + grouped(copies, by: wanting { $0.blocked.contains($1) }) { place, numbers in
                MovingObstacle(
                    place.node, "it is blocked for new chunks of \(place.table), and gets these all the same",
                    remedy: "node allow \(Quoting.word(place.node)) --for \(Quoting.word(place.table.description))",
                    isBlocking: false, chunks: numbers)
            }
    }

    /// A copy that stays is made known to open sessions by the replication factor, which the engine refuses then.
    private var tooManyCopies: [MovingObstacle] {
        grouped(copies.filter { $0.kind == .copy }) { move -> TableName? in
            guard let chunk = chunks[move.chunk], let table = catalog.table(of: chunk),
                chunk.replicationFactor > table.nodes.count
            else { return nil }
            return chunk.table
        } _: { table, numbers in
            MovingObstacle(
                table.description, "its replication factor is larger than the number of its nodes",
                remedy:
                    "node attach NAME --to \(Quoting.word(table.description)); or hypertable replicate \(Quoting.word(table.description)) "
                    + "with as many as it has", chunks: numbers)
        }
    }

    /// Whatever else is planned for the chunk, a copy that is dropped has to leave one.
    private var lastCopies: [MovingObstacle] {
        let copied = Set(copies.map(\.chunk))
        let drops = moves.filter { $0.kind == .drop && !copied.contains($0.chunk) }
        return grouped(drops) { move in
            chunks[move.chunk].flatMap { $0.nodes == [move.source] ? move.source : nil }
        } _: { source, numbers in
            MovingObstacle(
                source, "its copy of \(names(of: numbers)) is the only one: it is not dropped",
                remedy:
                    "chunk move \(numbers.first.flatMap { chunks[$0] }.map { Quoting.word($0.name.description) } ?? "CHUNK")"
                    + " --to NODE",
                chunks: numbers)
        }
    }
}
