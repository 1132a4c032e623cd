/// Where the copies of chunks are, and where copies may go: what a plan of moves is made from.
package struct PlacementProblem: Sendable {
    package struct Node: Sendable {
        package let name: String
        /// Nodes with the same one are lost together; nil for a node that has a server to itself, as far as is known.
        package let server: String?
        package let isAvailable: Bool

        package init(_ name: String, server: String? = nil, isAvailable: Bool = true) {
            self.name = name
            self.server = server
            self.isAvailable = isAvailable
        }
    }

    package struct Table: Sendable {
        package let id: Int
        package let replicationFactor: Int
        /// The nodes that are attached to it, and not blocked for its new chunks.
        package let takers: Set<String>

        package init(id: Int, replicationFactor: Int, takers: Set<String>) {
            self.id = id
            self.replicationFactor = replicationFactor
            self.takers = takers
        }
    }

    package struct Chunk: Sendable {
        // The catalog's numbers are of four bytes, and there may be many chunks.
        private let (ownID, ownTable): (Int32, Int32)
        /// -1 for none.
        private let ownSlice: Int32
        /// Of its range in time, in TimescaleDB's own units.
        package let start: Int64
        /// Of one copy.
        package let bytes: Int64
        /// The nodes that have a copy.
        package let nodes: [String]

        package init(id: Int, table: Int, start: Int64, slice: Int? = nil, bytes: Int64, nodes: [String]) {
            (ownID, ownTable, ownSlice) = (Int32(clamping: id), Int32(clamping: table), Int32(clamping: slice ?? -1))
            self.start = start
            self.bytes = bytes
            self.nodes = nodes
        }

        package var id: Int { Int(ownID) }
        package var table: Int { Int(ownTable) }
        /// The number of its slice of the space dimension; nil where the hypertable has none. As long as all chunks of a
        /// slice are on the same nodes, these can aggregate by themselves.
        package var slice: Int? { ownSlice < 0 ? nil : Int(ownSlice) }
    }

    package let nodes: [Node]
    package let tables: [Table]
    package let chunks: [Chunk]

    /// The same where some nodes take no chunks.
    package func sparing(_ nodes: SparedNodes) -> PlacementProblem {
        if nodes.isEmpty { return self }
        let tables = tables.map { table in
            Table(
                id: table.id, replicationFactor: table.replicationFactor,
                takers: table.takers.subtracting(nodes.nodes(of: table.id)))
        }
        return PlacementProblem(nodes: self.nodes, tables: tables, chunks: chunks)
    }

    package init(nodes: [Node], tables: [Table], chunks: [Chunk]) {
        self.nodes = nodes
        self.tables = tables
        self.chunks = chunks
    }
}
