import CommandLanguage
import ClusterAccess
import MultiNode
import Rendering

/// Everything about one chunk, as text for people and as a table for programs.
struct ChunkReport {
    struct Copy {
        let node: String
        let state: State
        /// Nil if unknown, as are the others.
        var bytes: Int64?
        var isCompressed: Bool?
        var rows: Int64?
        var lastWritten: String?
    }

    enum State: String {
        case present
        /// The access node has it there, and the node has not.
        case missing
        /// The node did not answer.
        case unknown
    }

    let chunk: Chunk
    let slices: [ChunkSlice]
    let copies: [Copy]
    let copyings: [ChunkCopying]

    /// One fact per row.
    var facts: Table {
        var rows: [[Value]] = []
        func add(_ what: String, _ name: String, _ property: String, _ value: Value) {
            rows.append([.text(what), .text(name), .text(property), value])
        }
        let name = chunk.name.shownName
        add("chunk", name, "hypertable", .text(chunk.table.shownName))
        add("chunk", name, "replication_factor", .integer(Int64(chunk.replicationFactor)))
        add("chunk", name, "copies", .integer(Int64(chunk.copies.count)))
        for slice in slices {
            add("slice", slice.column, "range_start", Self.end(slice.rangeStart, slice))
            add("slice", slice.column, "range_end", Self.end(slice.rangeEnd, slice))
            add("slice", slice.column, "hashed", .bool(slice.isHashed))
        }
        for copy in copies {
            add("copy", copy.node, "state", .text(copy.state.rawValue))
            add("copy", copy.node, "rows", Self.number(copy.rows))
            add("copy", copy.node, "bytes", Self.number(copy.bytes))
            add("copy", copy.node, "compressed", copy.isCompressed.map { .bool($0) } ?? .null)
            add("copy", copy.node, "last_written", copy.lastWritten.map { .text($0) } ?? .null)
        }
        for copying in copyings {
            add("copying", copying.operation, "source", .text(copying.source))
            add("copying", copying.operation, "destination", .text(copying.destination))
            add("copying", copying.operation, "stage", .text(copying.stage))
            add("copying", copying.operation, "running", .bool(copying.isRunning))
        }
        return Table(columns: ChunkShowCommand.columns, rows: rows)
    }

    private static func number(_ number: Int64?) -> Value { number.map { .integer($0) } ?? .null }

    /// The end of a range of numbers is a number.
    private static func end(_ text: String, _ slice: ChunkSlice) -> Value {
        Int64(text).map { .integer($0) } ?? .text(text)
    }

    /// - Parameter terminalWidth: nil if there is no terminal.
    func text(terminalWidth: Int?) -> [String] {
        let style = TableStyle(width: terminalWidth, expanded: .never)
        var tables = [ownTable, sliceTable, copyTable]
        if !copyings.isEmpty { tables.append(copyingTable) }
        return tables.map { $0.text(style) }
    }

    private var ownTable: Table {
        Table(
            columns: ["property", "value"],
            rows: [
                [.text("chunk"), .text(chunk.name.shownName)], [.text("hypertable"), .text(chunk.table.shownName)],
                [.text("replication factor"), .integer(Int64(chunk.replicationFactor))],
                [.text("copies"), .integer(Int64(chunk.copies.count))],
            ])
    }

    private var sliceTable: Table {
        Table(
            columns: ["dimension", "from", "to (not in it)"],
            rows: slices.map { slice in
                [
                    .text(slice.isHashed ? "hash of \(slice.column)" : slice.column), .text(slice.rangeStart),
                    .text(slice.rangeEnd),
                ]
            })
    }

    private var copyTable: Table {
        func known(_ value: Value?) -> Value { value ?? .text("unknown") }
        return Table(
            columns: [
                "copy on", .state("state"), .init("rows", .right), .init("size", .right), "compressed", "last written",
            ],
            rows: copies.map { copy in
                guard copy.state == .present else { return [.text(copy.node), .text(copy.state.rawValue)] }
                return [
                    .text(copy.node), .text(copy.state.rawValue), known(copy.rows.map { .integer($0) }),
                    known(copy.bytes.map { .text(ByteCount.text($0)) }), known(copy.isCompressed.map { .bool($0) }),
                    known(copy.lastWritten.map { .text($0) }),
                ]
            })
    }

    private var copyingTable: Table {
        Table(
            columns: ["being copied by", "from", "to", "finished stage", "state"],
            rows: copyings.map { copying in
                [
                    .text(copying.operation), .text(copying.source), .text(copying.destination), .text(copying.stage),
                    .text(copying.isRunning ? "running" : "broken off"),
                ]
            })
    }
}
