/// The statements that make a data node a server of its own, and those that take that back.
package struct PromotionScript: Sendable {
    /// What one of the tables gets on the node.
    package struct Part: Sendable {
        let definition: PlainHypertable
        /// The name that it has on the node.
        let table: TableName
        let uses: [SequenceUse]
        /// What domains, functions and triggers of it take numbers from, which the node has by itself.
        let others: [SequenceArrival]
        let owned: [OwnedSequence]
        let policies: [DependentPolicy]

        /// - Parameters:
        ///   - table: the name that it has on the node; the definition has the access node's.
        ///   - policies: of the table; those of its continuous aggregates stay behind with these.
        package init(
            _ definition: PlainHypertable, as table: TableName, _ uses: [SequenceUse], owned: [OwnedSequence],
            _ policies: [DependentPolicy], others: [SequenceArrival] = []
        ) {
            self.others = others.filter { other in
                other.identity == nil && !uses.contains { $0.sequence == other.sequence }
            }
            self.definition = definition
            self.table = table
            self.uses = uses
            self.owned = owned
            self.policies = policies.filter { $0.table == definition.source }.map { $0.of(table) }
        }
    }

    private let parts: [Part]
    /// What no table is known to take numbers from.
    private let others: [SequenceArrival]
    private let capabilities: Capabilities

    /// - Parameters:
    ///   - others: the access node's other sequences, which go on where the node has them: functions may take numbers from them.
    ///   - capabilities: of the access node, whose version the node has.
    package init(_ parts: [Part], others: [SequenceArrival] = [], _ capabilities: Capabilities) {
        self.parts = parts
        self.others = others
        self.capabilities = capabilities
    }

    // MARK: On the access node

    /// Nobody writes any more, and nothing that the access node would forward comes to the node.
    package func leaving(
        _ record: PromotionRecord, _ chunks: [(table: TableName, chunk: PromotedChunk)]
    ) -> [SQL] {
        record.tables.flatMap { SwapGuard.refuseAll(on: $0, capabilities) }
            + record.tables.map(PromotedTable.settingAside)
            + PromotionStore.creation(record, chunks) + [Self.fencing(record, capabilities)]
    }

    /// The access node loses the way to the node, in the transaction that holds the tables.
    package static func fencing(_ record: PromotionRecord, _ capabilities: Capabilities) -> SQL {
        altered(record.node, ["database => \(record.fence, type: "name")", "available => false"], capabilities)
    }

    /// The access node knows the way again. Each comes by itself: what makes a node available connects to where it was before.
    package static func returning(_ record: PromotionRecord, _ capabilities: Capabilities) -> [SQL] {
        [
            altered(record.node, ["database => \(record.database, type: "name")"], capabilities),
            altered(record.node, ["available => true"], capabilities),
        ]
    }

    /// Behind that the tables may be written.
    package static func opening(_ tables: [PromotedTable]) -> [SQL] {
        tables.flatMap(\.namingBack) + [PromotedTable.dropFunctions] + PromotionStore.forget
    }

    private static func altered(_ node: String, _ changes: [SQL], _ capabilities: Capabilities) -> SQL {
        FunctionCall(capabilities.function("alter_data_node"), ["\(node)"] + changes).table
    }

    // MARK: On the node

    /// In one transaction. The catalog comes first, so that what follows finds tables that belong to nobody, and then their
    /// names, so that all the rest finds those.
    package func taking(_ record: PromotionRecord) -> [SQL] {
        CutoverHold.limits + NodePromotion.statements + record.tables.map(PromotedTable.namingBackThere)
            + PromotionStore.nodeCreation(record) + record.tables.map { SwapGuard.lift(from: $0) } + parts.flatMap(more)
            + (SequenceArrival.goingOn(others).map { [$0] } ?? [])
    }

    private func more(_ part: Part) -> [SQL] {
        let table = part.table
        var statements: [SQL] = part.definition.parts(.sequence).flatMap { sequence -> [SQL] in
            let name = TableName(schema: sequence.schema, name: sequence.name)
            return [sequence.sql, "ALTER SEQUENCE \(qualified: name) OWNER TO \(identifier: sequence.head)"]
        }
        statements += part.definition.identities(of: table)
        statements += part.uses.flatMap { $0.use(in: table) + [$0.goOn()] }
        if let others = SequenceArrival.goingOn(part.others) { statements.append(others) }
        statements += part.owned.filter { !$0.isIdentity }.map { $0.statement(to: table) }
        let isOn = Set(part.policies.filter(\.isScheduled).map(\.job))
        return statements + part.policies.map { $0.remaking(isOn: isOn.contains($0.job), capabilities) }
    }

    /// The sequences that the tables take their values from, each once.
    package var sequences: [TableName] {
        var known: Set<TableName> = []
        return parts.flatMap { $0.definition.parts(.sequence) }
            .map { TableName(schema: $0.schema, name: $0.name) }
            .filter { known.insert($0).inserted }
    }

    /// What takes back what the tables got, for ``PromotionRecord/undo``. Two tables may use one sequence.
    ///
    /// - Parameter own: the sequences that the node had before.
    package func undo(keeping own: Set<TableName>) -> [SQL] {
        parts.flatMap { part -> [SQL] in
            let table = part.table
            let policies = part.policies.isEmpty ? [] : [DependentPolicy.removal(of: table, capabilities)]
            return policies + part.uses.map { $0.drop(from: table) }
        } + sequences.filter { !own.contains($0) }.map { "DROP SEQUENCE IF EXISTS \(qualified: $0)" }
    }

    /// The node belongs to its cluster again, and nobody writes there by himself.
    ///
    /// - Parameter renamed: the tables that have another name on the access node, by which that reaches them.
    package static func joining(
        _ record: PromotionRecord, renamed: [TableName], _ capabilities: Capabilities
    ) -> [SQL] {
        let names = record.tables.map { renamed.contains($0) ? MigrationNames.aside(of: $0) : $0 }
        // A trigger of the access node's transaction may have come late.
        return record.undo.map { SQL.fromCatalog($0) }
            + record.tables.flatMap { [SwapGuard.lift(from: $0)] + SwapGuard.refuseAll(on: $0, capabilities) }
            + renamed.map(PromotedTable.settingAside)
            + [
                """
                INSERT INTO _timescaledb_catalog.metadata (key, value, include_in_telemetry)
                VALUES ('dist_uuid', \(literal: record.cluster), true)
                """,
                """
                UPDATE _timescaledb_catalog.hypertable SET replication_factor = -1
                 WHERE (schema_name, table_name) IN (\(raw: pairs(names)))
                """,
            ] + PromotionStore.nodeForget
    }

    static func pairs(_ tables: [TableName]) -> SQL {
        tables.map { "(\(literal: $0.schema ?? "public"), \(literal: $0.name))" as SQL }.joined(separator: ", ")
    }
}
