/// Obstacles that a copy meets with when all of it has been copied: what is on the destination, and what is not.
extension MovingCheck {
    var ofContents: [MovingObstacle] {
        takenNames + missingParents + namesakes + uncompressing + lackingValues + displacing
    }

    private struct TakenName: Hashable {
        let node: String
        let table: TableName
        let isKnown: Bool
    }

    private var takenNames: [MovingObstacle] {
        grouped(copies) { move -> TakenName? in
            guard let node = move.destination, let chunk = chunks[move.chunk], !chunk.nodes.contains(node),
                let isKnown = answers[node]?.contents.taken[chunk.name]
            else { return nil }
            // What a copy has made that is recorded is cleaned up before the next one, and told of by itself.
            if catalog.hasCopying(of: move.chunk, to: node) { return nil }
            return TakenName(node: node, table: chunk.name, isKnown: isKnown)
        } _: { found, numbers in
            let aside = TableAside(found.table, name: nil)
            let remedy =
                found.isKnown
                ? "'check' tells of chunks that the access node does not know, and why"
                : "'chunk cleanup' removes what broken copies left; else have it out of the way, its rows kept: "
                    + "exec --on \(Quoting.word(found.node)) \(aside.statement)"
            let what =
                found.isKnown ? "a chunk of that name that the access node does not know" : "a table of that name"
            return MovingObstacle(
                found.node, "\(what) is there, of \(found.table): the copy would fail", remedy: remedy, chunks: numbers)
        }
    }

    private struct Reference: Hashable {
        let source: String
        let node: String
        let table: TableName
        let parent: TableName
    }

    /// The constraint is made when the rows are there, and fails with 23503 for each row that refers to one that is not.
    private var missingParents: [MovingObstacle] {
        let all = Set(copies.compactMap { chunks[$0.chunk] }.flatMap { catalog.table(of: $0)?.parents ?? [] })
        return all.sorted { $0.quoted < $1.quoted }.flatMap { parent in
            grouped(copies) { move -> Reference? in
                guard let node = move.destination, let chunk = chunks[move.chunk], answers[node] != nil,
                    catalog.table(of: chunk)?.parents.contains(parent) == true
                else { return nil }
                return Reference(source: move.source, node: node, table: chunk.table, parent: parent)
            } _: {
                obstacle($0, $1)
            }
        }
    }

    private func obstacle(_ reference: Reference, _ numbers: [Int]) -> MovingObstacle? {
        let (node, parent) = (reference.node, reference.parent)
        guard let there = answers[node]?.contents.parents[parent] else { return nil }
        guard there.isThere else {
            return MovingObstacle(
                node, "the table \(parent) is missing, to which a foreign key of \(reference.table) refers",
                remedy:
                    "make it there, with the rows that \(reference.source) has: exec --on \(Quoting.word(node)) CREATE "
                    + "TABLE …", chunks: numbers, isOfParents: true)
        }
        guard let own = answers[reference.source]?.contents.parents[parent]?.rows, let rows = there.rows, rows < own
        else { return nil }
        let count = own >= NodeMovingContents.mostRows ? "\(own) or more" : String(own)
        return MovingObstacle(
            node,
            "\(parent), to which a foreign key of \(reference.table) refers, has \(rows) rows there and \(count) on "
                + "\(reference.source): a copy whose rows refer to those that are missing would fail",
            remedy: "fill it there with the rows that \(reference.source) has", isBlocking: rows == 0, chunks: numbers,
            isOfParents: true)
    }

    private struct Place: Hashable {
        let node: String
        let table: TableName
    }

    /// A node that is attached when compression is set already gets none, and a compressed chunk has no place there: 42P01.
    private var uncompressing: [MovingObstacle] {
        grouped(copies) { move -> Place? in
            guard let node = move.destination, let chunk = chunks[move.chunk], chunk.isCompressed != false,
                answers[node]?.contents.uncompressing.contains(chunk.table) == true,
                catalog.table(of: chunk)?.compression != nil
            else { return nil }
            return Place(node: node, table: chunk.table)
        } _: { place, numbers in
            let isSure = numbers.contains { chunks[$0]?.isCompressed == true }
            let first = numbers.first.flatMap { chunks[$0] }
            let settings = first.flatMap { catalog.table(of: $0)?.compression } ?? ""
            return MovingObstacle(
                place.node,
                "it was attached to \(place.table) when compression was set already, and has none there: compressed chunks "
                    + "can't go there",
                remedy: "exec --on \(Quoting.word(place.node)) ALTER TABLE \(place.table.quoted) SET (\(settings))",
                isBlocking: isSure, chunks: numbers)
        }
    }

    /// A copy has other rows then, and would be dropped again.
    private var lackingValues: [MovingObstacle] {
        grouped(copies) { move -> TableName? in
            guard let chunk = chunks[move.chunk], answers[move.source]?.contents.lacking.contains(chunk.name) == true
            else { return nil }
            return chunk.table
        } _: { table, numbers in
            guard let first = numbers.first.flatMap({ chunks[$0]?.name }) else { return nil }
            let others = numbers.count > 1 ? "; and so on for the others" : ""
            return MovingObstacle(
                table.description,
                MissingValues.text(first) + (numbers.count > 1 ? ", as of \(numbers.count) of its chunks in all" : ""),
                remedy: MissingValues.remedy(first) + others, chunks: numbers)
        }
    }

    /// UPDATE and DELETE send the place (`ctid`) that a row has in one copy to all of them. In a copy that is made anew rows
    /// have other places where gaps were left in its source.
    private var displacing: [MovingObstacle] {
        grouped(copies) { move -> TableName? in
            guard let chunk = chunks[move.chunk], move.hasSeveralCopies(of: chunk),
                answers[move.source]?.contents.updated.contains(chunk.name) == true
            else { return nil }
            return chunk.table
        } _: { table, numbers in
            MovingObstacle(
                table.description,
                "rows of \(numbers.count) of its chunks were updated, deleted or rolled back, or may have been, and TimescaleDB "
                    + "finds those of all copies by their place in one: in a new copy later UPDATEs and DELETEs change other rows",
                remedy: "have no UPDATE or DELETE touch these chunks afterwards; "
                    + "'chunk verify \(Quoting.word(table.description))' tells whether one did",
                isBlocking: false, chunks: numbers)
        }
    }

    /// Names of compressed chunks are made from the hypertable's name alone: 42P07.
    private var namesakes: [MovingObstacle] {
        grouped(copies) { move -> TableName? in
            guard let chunk = chunks[move.chunk], chunk.isCompressed != false,
                catalog.table(of: chunk)?.hasNamesake == true
            else { return nil }
            return chunk.table
        } _: { table, numbers in
            let isSure = numbers.contains { chunks[$0]?.isCompressed == true }
            let first = numbers.first { chunks[$0]?.isCompressed == true } ?? numbers.first
            let name = first.flatMap { chunks[$0]?.name.quoted } ?? ""
            return MovingObstacle(
                table.description,
                "another schema has a hypertable of the same name: compressed chunks of the two have the same names, and a "
                    + "copy would fail",
                remedy:
                    "sql SELECT decompress_chunk(\(Quoting.literal(name)))\(numbers.count > 1 ? ", and so on for the others" : "")",
                isBlocking: isSure, chunks: numbers)
        }
    }
}
