/// What was asked of a cluster and of a target before hypertables are migrated.
package struct MigrationFacts: Sendable {
    package let definitions: [PlainHypertable]
    package let naming: MigrationNaming
    /// The access node, and the server that the tables are made on.
    package let source: Capabilities
    package let target: Capabilities
    /// The target's own; in place the access node's.
    package var server = MigrationServer(row: [:])
    /// The access node, where the target is another server.
    package var sourceServer = MigrationServer(row: [:])
    /// Those of the hypertables, with the copies that count.
    package var chunks: [Chunk] = []
    /// The copies that nobody has proved, by the hypertable's name.
    package var unproved: [ChunkCopying] = []
    /// By node, and by the chunk's number there. Nodes that did not answer are not in it.
    package var estimates: [String: [Int: ChunkEstimate]] = [:]
    /// Of a node that the access node does not use.
    package static let unavailable = "marked unavailable"

    /// Why a node can't be read, by its name.
    package var unread: [String: String] = [:]
    /// How many transactions are in doubt, by node.
    package var inDoubt: [String: Int] = [:]
    package var traits: [MigrationTrait] = []
    /// The materialized views, as their traits name them, that have rows of before the raw data.
    package var viewsOfBefore: Set<String> = []
    /// The continuous aggregates right over the tables, and of these those that have rows of before the raw data.
    package var aggregates: [AggregateHistory] = []
    package var histories: [AggregateHistory] = []
    /// What their rows take that go into new ones while writers wait, and of those over them, by the hypertable's number.
    package var pausesOfAggregates: [Int: Duration] = [:]
    /// Those of the hypertables and of the continuous aggregates over them, and which of their roles can't log in where they go.
    package var policies: [MigratedPolicy] = []
    package var rolesWithoutLogin: Set<String> = []
    /// What another server has not, and does not get with the tables.
    package var leftBehind: [OtherRelation] = []
    package var needs: [MigrationNeed] = []
    package var there = MigrationNeedsThere([])
    /// Whether the schema tscl_migrate is there.
    package var hasStore = false
    /// Whether that is of an earlier tscl (``MigrationStore/isOlder``).
    package var hasOlderStore = false
    package var pace = MigrationPace.assumed
    /// The line of a shell that brings a relation of the access node to the target.
    package var bringing: @Sendable (String) -> String = { "pg_dump -t \($0)" }

    package init(
        _ definitions: [PlainHypertable], _ naming: MigrationNaming, source: Capabilities, target: Capabilities
    ) {
        self.definitions = definitions
        self.naming = naming
        self.source = source
        self.target = target
    }

    /// The names that must be free on another server for what the cut-over makes there besides the tables.
    package var namesOfViews: [TableName] {
        naming.isInPlace ? [] : aggregates.map(\.view)
    }

    /// The functions and procedures that are needed there before, or that the cut-over makes, without their arguments.
    package var namesOfRoutines: Set<String> {
        let made = traits.filter { $0.name == .sqlFunctions }.map(\.detail)
        let needed = needs.filter { $0.kind == .function }.map(\.name)
        return Set((made + needed).compactMap { (try? TableName(String($0.prefix { $0 != "(" })))?.quoted })
    }

    /// The names that must be free for the tables, with those that the old ones take at the cut-over.
    package static func names(_ definitions: [PlainHypertable], _ naming: MigrationNaming) -> [TableName] {
        definitions.flatMap { definition in
            let own = definition.names
            return (naming.isInPlace ? own : own + definition.ownedSequences).flatMap { name in
                let new = TableName(schema: name.schema, name: naming.object(name.name))
                return naming.isInPlace
                    ? [new, TableName(schema: name.schema, name: MigrationNames.old(name.name))] : [new]
            }
        }
    }

    /// The statements that make a table.
    package func statements(for definition: PlainHypertable) -> [SQL] {
        definition.statements(naming, target, defaultGrantees: server.defaultGrantees)
    }

    // MARK: Sums

    /// What a hypertable has, as far as it is known without reading it.
    package struct Extent: Sendable, Equatable {
        package var chunks = 0
        package var compressed = 0
        /// Of one copy of each.
        package var bytes: Int64 = 0
        package var rows: Int64 = 0
        /// The chunks that were never analyzed, so that their rows are not in it.
        package var uncounted = 0
        package var replicas = 0
    }

    package func extent(of definition: PlainHypertable) -> Extent {
        var extent = Extent()
        for chunk in chunks where chunk.tableID == definition.id {
            extent.chunks += 1
            extent.replicas = chunk.replicationFactor
            // One that lacks rows is smaller.
            let known = chunk.copies.compactMap { estimates[$0.node]?[$0.number] }.max { $0.bytes < $1.bytes }
            extent.bytes += known?.bytes ?? 0
            if known?.isCompressed ?? chunk.isCompressed ?? false { extent.compressed += 1 }
            if let rows = known?.rows { extent.rows += rows } else { extent.uncounted += 1 }
        }
        return extent
    }
}

extension PlainHypertable {
    /// The table and what has a name in a schema besides.
    var names: [TableName] {
        let kinds: [DefinitionPart.Kind] = [.key, .index, .statistics, .identity]
        return [source]
            + kinds.flatMap { parts($0) }.map { TableName(schema: $0.schema ?? source.schema, name: $0.name) }
    }

    /// The sequences that its columns own, which are made elsewhere.
    var ownedSequences: [TableName] {
        parts(.sequence).filter { !$0.state.isEmpty }.map { TableName(schema: $0.schema, name: $0.name) }
    }
}
