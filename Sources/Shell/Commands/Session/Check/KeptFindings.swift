import ClusterAccess
import CommandLanguage
import MultiNode

/// Tables of data nodes with rows that may be nowhere else, for as long as they are there.
enum KeptFindings {
    /// - Parameter kept: those of each node that are of chunks.
    static func list(
        _ kept: [(node: String, tables: [KeptTable])], _ cluster: Cluster, among nodes: [DataNode],
        _ capabilities: Capabilities
    ) async throws(ClusterError) -> [Finding] {
        // What copies bring that are not ended is told with these, and goes with them.
        let copyings =
            capabilities.canCopyChunks
            ? try await cluster.send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) } : []
        let left = kept.map { node, tables in
            (
                node,
                tables.filter { table in
                    !copyings.contains {
                        $0.destination == node && (table.table == $0.chunk || table.chunk == $0.chunkID)
                    }
                }
            )
        }
        let shapes = try await RowShape.byNumber(left.flatMap { $0.1.compactMap(\.hypertable) }, cluster)
        let way = RowReturn(try await cluster.link().info)
        return left.flatMap { name, tables in
            tables.map { table in
                finding(table, on: nodes.first { $0.name == name }, name, table.hypertable.flatMap { shapes[$0] }, way)
            }
        }
    }

    private static func finding(
        _ kept: KeptTable, on node: DataNode?, _ name: String, _ shape: RowShape?, _ way: RowReturn
    ) -> Finding {
        let size = kept.bytes.map { " (\(ByteCount.text($0)))" } ?? ""
        let of = shape.map { " of \($0.table.shownName)" } ?? ""
        let dropping = "'exec --on \(Quoting.word(name)) DROP TABLE \(kept.table.quoted)'"
        let remedy: String
        if let node, let shape {
            remedy =
                "in a shell, this puts them into \(shape.table.shownName): \(way.line(kept.table, on: node, into: shape))\n"
                + "where they are there, or not wanted any more: \(dropping)"
        } else if kept.isCompressed {
            remedy =
                "a row of it has up to 1000 rows of the chunk, compressed: keep it, as by pg_dump, until it is known that they are "
                + "elsewhere; then \(dropping)"
        } else {
            remedy =
                "look at them: query --on \(Quoting.word(name)) SELECT * FROM \(kept.table.quoted) LIMIT 10\n"
                + "where they are not wanted any more: \(dropping)"
        }
        return Finding(
            .warning, name,
            "\(kept.table.shownName)\(size) has rows\(of) that were kept there of a copy of a chunk which is gone, and may be nowhere else",
            remedy: remedy)
    }
}

extension RowShape {
    /// Those of hypertables that the access node has, by their numbers in its catalog.
    static func byNumber(_ numbers: [Int], _ cluster: Cluster) async throws(ClusterError) -> [Int: RowShape] {
        if numbers.isEmpty { return [:] }
        let rows = try await cluster.send(list(of: Set(numbers).sorted())).records
        let pairs = rows.compactMap { row in
            (row["id"] ?? nil).flatMap { Int($0) }.map { ($0, RowShape(row: row)) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
