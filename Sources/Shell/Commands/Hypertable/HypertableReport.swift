import CommandLanguage
import ClusterAccess
import MultiNode
import Rendering

/// Everything about one hypertable, as text for people and as a table for programs.
struct HypertableReport {
    struct Node {
        let name: String
        let state: Probe.State
        /// Nil if unknown.
        let bytes: Int64?
    }

    let hypertable: Hypertable
    let dimensions: [Dimension]
    /// Nil in the emulator, which has no chunks.
    var placements: [ChunkPlacement]?
    var nodes: [Node] = []

    init(_ hypertable: Hypertable, _ dimensions: [Dimension]) {
        self.hypertable = hypertable
        self.dimensions = dimensions
    }

    private var underReplicated: Int? { placements?.underReplicated(hypertable.replicationFactor) }

    /// One fact per row.
    var facts: Table {
        var rows: [[Value]] = []
        func add(_ what: String, _ name: String, _ property: String, _ value: Value) {
            rows.append([.text(what), .text(name), .text(property), value])
        }
        func number(_ count: Int?) -> Value { count.map { .integer(Int64($0)) } ?? .null }
        func own(_ property: String, _ value: Value) {
            add("hypertable", hypertable.table.shownName, property, value)
        }
        own("owner", .text(hypertable.owner))
        own("replication_factor", number(hypertable.replicationFactor))
        own("chunks", number(placements?.chunks))
        own("under_replicated", number(underReplicated))
        own("compression", .bool(hypertable.isCompressionEnabled))
        for dimension in dimensions {
            add("dimension", dimension.column, "type", .text(dimension.type))
            if let interval = dimension.interval { add("dimension", dimension.column, "interval", .text(interval)) }
            if let count = dimension.partitions { add("dimension", dimension.column, "partitions", number(count)) }
        }
        for node in nodes {
            add("node", node.name, "state", .text(node.state.rawValue))
            add("node", node.name, "chunks", number(placements?.chunks(on: node.name)))
            add("node", node.name, "size_bytes", node.bytes.map { .integer($0) } ?? .null)
            add("node", node.name, "blocked", .bool(hypertable.blockedNodes.contains(node.name)))
        }
        return Table(columns: HypertableShowCommand.columns, rows: rows)
    }

    /// - Parameter terminalWidth: nil if there is no terminal; then no bars are drawn.
    func text(terminalWidth: Int?) -> [String] {
        let style = TableStyle(width: terminalWidth, expanded: .never)
        return [
            ownTable.text(style), dimensionTable.text(style), nodeTable(drawsBars: terminalWidth != nil).text(style),
        ]
    }

    private var ownTable: Table {
        func count(_ number: Int?) -> Value { number.map { .integer(Int64($0)) } ?? .text("none in the emulator") }
        return Table(
            columns: ["property", "value"],
            rows: [
                [.text("hypertable"), .text(hypertable.table.shownName)], [.text("owner"), .text(hypertable.owner)],
                [.text("replication factor"), .integer(Int64(hypertable.replicationFactor))],
                [.text("chunks"), count(placements?.chunks)], [.text("under-replicated"), count(underReplicated)],
                [.text("compression"), .bool(hypertable.isCompressionEnabled)],
            ])
    }

    private var dimensionTable: Table {
        Table(
            columns: ["dimension", "type", "divided"],
            rows: dimensions.map { dimension in
                let divided =
                    dimension.interval.map { "by \($0)" } ?? dimension.partitions.map { "into \($0) parts" } ?? ""
                return [.text(dimension.column), .text(dimension.type), .text(divided)]
            })
    }

    private func nodeTable(drawsBars: Bool) -> Table {
        var columns: [Table.Column] = ["node", .init("chunks", .right), .init("size", .right), .state("state")]
        let counts = nodes.map { placements?.chunks(on: $0.name) }
        let most = counts.compactMap(\.self).max() ?? 0
        let hasBars = drawsBars && most > 0
        if hasBars { columns.insert("share", at: 2) }
        let someAreBlocked = nodes.contains { hypertable.blockedNodes.contains($0.name) }
        if someAreBlocked { columns.append("new chunks") }
        let rows = zip(nodes, counts).map { node, count -> [Value] in
            var row: [Value] = [
                .text(node.name), count.map { .integer(Int64($0)) } ?? .text("none"),
                .text(placements == nil ? "none" : node.bytes.map(ByteCount.text) ?? "unknown"),
                .text(node.state.rawValue),
            ]
            if hasBars {
                row.insert(.text(bar(fraction: Double(count ?? 0) / Double(most), width: 20)), at: 2)
            }
            if someAreBlocked {
                row.append(.text(hypertable.blockedNodes.contains(node.name) ? "blocked" : ""))
            }
            return row
        }
        return Table(columns: columns, rows: rows)
    }
}
