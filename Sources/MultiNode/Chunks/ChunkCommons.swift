/// What the chunks of a hypertable have in common.
final class ChunkKin: Sendable, Hashable {
    let table: TableName
    let tableID: Int
    /// Of the chunks.
    let schema: String?
    /// What their names begin with.
    let prefix: String
    let replicationFactor: Int

    init(table: TableName, tableID: Int, schema: String?, prefix: String, replicationFactor: Int) {
        self.table = table
        self.tableID = tableID
        self.schema = schema
        self.prefix = prefix
        self.replicationFactor = replicationFactor
    }

    static func == (first: ChunkKin, second: ChunkKin) -> Bool {
        first === second
            || first.tableID == second.tableID && first.table == second.table && first.schema == second.schema
                && first.prefix == second.prefix && first.replicationFactor == second.replicationFactor
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(tableID)
        hasher.combine(prefix)
    }
}

/// What many chunks have alike, kept once for all of them: there may be a hundred thousand.
package struct ChunkCommons: Sendable {
    private var kin: Set<ChunkKin> = []
    private var nodes: Set<[String]> = []
    private var lastText: String?

    package init() {}

    mutating func kin(_ kin: ChunkKin) -> ChunkKin { self.kin.insert(kin).memberAfterInsert }

    /// The end of one range is mostly the start of the next.
    mutating func text(_ text: String?) -> String? {
        if text != lastText { lastText = text }
        return lastText
    }

    mutating func nodes(_ nodes: [String]) -> [String] { self.nodes.insert(nodes).memberAfterInsert }
}
