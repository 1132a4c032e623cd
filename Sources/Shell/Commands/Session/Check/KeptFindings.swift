import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres

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
        let compressed = await compressed(left, cluster, among: nodes)
        let all = compressed.isEmpty ? [:] : try await RowShape.byName(cluster)
        let way = RowReturn(try await cluster.link().info)
        return left.flatMap { name, tables in
            tables.map { table in
                finding(
                    table, on: nodes.first { $0.name == name }, name, table.hypertable.flatMap { shapes[$0] },
                    (compressed[name]?[table.table] ?? []).compactMap { rows in all[rows.table].map { (rows, $0) } },
                    way)
            }
        }
    }

    /// Which hypertables the compressed rows may be of, by node and table. What a node does not tell is not among them.
    private static func compressed(
        _ kept: [(String, [KeptTable])], _ cluster: Cluster, among nodes: [DataNode]
    ) async -> [String: [TableName: [CompressedRows]]] {
        var found: [String: [TableName: [CompressedRows]]] = [:]
        let own = cluster.quiet.limitedForQuestion()
        for (name, tables) in kept {
            let packed = tables.filter(\.isCompressed).map(\.table)
            guard !packed.isEmpty, let node = nodes.first(where: { $0.name == name }) else { continue }
            found[name] = try? await own.asking(node) { link throws(ClusterError) in
                var rows: [TableName: [CompressedRows]] = [:]
                for table in packed {
                    rows[table] = try await own.send(CompressedRows.query(of: table), on: link, node: name).records
                        .map { CompressedRows(row: $0, of: table) }
                }
                return rows
            }
        }
        return found
    }

    /// - Parameter compressed: the hypertables that compressed rows may be of.
    private static func finding(
        _ kept: KeptTable, on node: DataNode?, _ name: String, _ shape: RowShape?,
        _ compressed: [(rows: CompressedRows, shape: RowShape)], _ way: RowReturn
    ) -> Finding {
        let size = kept.bytes.map { " (\(ByteCount.text($0)))" } ?? ""
        let of = shape.map { " of \($0.table.shownName)" } ?? ""
        let dropping = "'exec --on \(Quoting.word(name)) DROP TABLE \(kept.table.quoted)'"
        let remedy: String
        if let node, let shape {
            remedy =
                "in a shell, this puts \(kept.isSurplus ? "them, once," : "those that are missing") into \(shape.table.shownName): \(way.line(kept, on: node, into: shape))\n"
                + "where they are there, or not wanted any more: \(dropping)"
        } else if let node, !compressed.isEmpty {
            let lines = compressed.map { rows, shape in
                "in a shell, this puts those that are missing into \(shape.table.shownName): \(way.line(rows, kept.rows, on: node, into: shape))"
            }
            let doubt = lines.count > 1 ? ["they are of one of \(compressed.map(\.shape.table.shownName).listed)"] : []
            remedy = (doubt + lines + ["where they are there, or not wanted any more: \(dropping)"])
                .joined(separator: "\n")
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
            "\(kept.table.shownName)\(size) has rows\(of) that were kept there of a copy of a chunk which is gone, and may be nowhere else, or as they were before they were changed or deleted",
            remedy: remedy)
    }
}

extension RowShape {
    /// Those of all hypertables of the access node.
    static func byName(_ cluster: Cluster) async throws(ClusterError) -> [TableName: RowShape] {
        let numbers = try await cluster.send(numbers).rows.compactMap { $0.first.flatMap(\.self).flatMap { Int($0) } }
        let shapes = try await byNumber(numbers, cluster).values
        return Dictionary(shapes.map { ($0.table, $0) }) { first, _ in first }
    }

    private static let numbers: SQL =
        "SELECT id FROM _timescaledb_catalog.hypertable WHERE replication_factor > 0 ORDER BY id"

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
