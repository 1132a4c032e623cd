package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// A data node that has every chunk, and becomes a server of its own with nothing copied.
///
/// It is a cut-over whose new tables are those of the node. On the access node one transaction lets nobody write any more and
/// lets go of the node; one of the node makes it its own. Between the two nobody can write anywhere.
package struct ClusterPromotion: Sendable {
    let cluster: Cluster
    /// Over the connection that has the locks.
    let holder: Cluster
    let node: DataNode
    let nodes: [DataNode]
    let tables: [ChunkedTable]
    let capabilities: Capabilities
    let limits: CutoverLimits
    let state = Lock(State())
    /// Makes who follows the comparison.
    let following: @Sendable ([ChunkComparisonStep]) -> any OperationListener<PromotedChunk?>

    struct State {
        /// By the chunk's number; what differs is not in it.
        var compared: [Int: PromotedChunk] = [:]
        /// The chunks, as the access node had them at the last look.
        var chunks: [SourceChunk] = []
        var isHeld = false
    }

    /// - Parameter node: with the database that it has, whatever the access node has for it.
    package init(
        of node: DataNode, in cluster: Cluster, _ limits: CutoverLimits,
        following: @escaping @Sendable ([ChunkComparisonStep]) -> any OperationListener<PromotedChunk?> = { _ in
            Unseen()
        }
    ) async throws(ClusterError) {
        self.following = following
        self.cluster = cluster
        self.node = node
        self.limits = limits
        capabilities = try await cluster.capabilities()
        nodes = try await cluster.nodes()
        tables = try await cluster.chunkedTables()
        holder = Cluster(await cluster.connection.another(), listener: cluster.listener)
    }

    package func close() async { await holder.connection.disconnect() }

    func table(_ chunk: SourceChunk) -> TableName? { tables.first { $0.id == chunk.hypertableID }?.table }

    /// What the node is called in its record, and what it had.
    func record(_ script: PromotionScript) async throws(ClusterError) -> PromotionRecord {
        let (row, own) = try await cluster.asking(node) { link throws(ClusterError) in
            let row = try await cluster.send(PromotionStore.standing, on: link, node: node.name).records.first ?? [:]
            return (row, try await sequences(of: script, on: link))
        }
        return PromotionRecord(
            cluster: capabilities.distributedID ?? "", node: node.name, nodeIdentity: (row["uuid"] ?? nil) ?? "",
            database: node.database, tables: tables.map(\.table), undo: script.undo(keeping: own).map(\.inlined))
    }

    /// Those of the tables' sequences that the node has, whatever for.
    private func sequences(
        of script: PromotionScript, on link: any Link
    ) async throws(ClusterError) -> Set<TableName> {
        if script.sequences.isEmpty { return [] }
        let rows = try await cluster.send(PromotionStore.there(of: script.sequences), on: link, node: node.name).records
        return Set(rows.map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") })
    }

    /// What the tables are besides their rows, as the access node has it now.
    ///
    /// - Parameter record: where it has begun, and the tables may have other names by now.
    func script(of record: PromotionRecord? = nil) async throws(ClusterError) -> PromotionScript {
        let definitions = try await cluster.definitions(of: tables)
        return try await cluster.aside { link throws(ClusterError) in
            try await cluster.send(DefinitionReading.session, on: link)
            var parts: [PromotionScript.Part] = []
            // Functions take numbers from some that no table is known to use.
            let rows = try await listed(definitions.map(\.source), on: link)
            let standings = try await SequenceArrival.standings(of: rows.map { SequenceArrival.name(row: $0.row) }) {
                sql throws(ClusterError) in
                try await cluster.send(sql, on: link).records
            }
            let sequences = rows.enumerated().map { number, item in
                (table: item.table, sequence: SequenceArrival(row: item.row, standing: standings[number] ?? [:]))
            }
            for definition in definitions {
                var uses: [SequenceUse] = []
                for row in try await cluster.send(SequenceUse.list(of: definition.source), on: link).records {
                    let standing = try await cluster.send(SequenceUse.standing(of: row), on: link).records.first
                    uses.append(SequenceUse(row: row, standing: standing ?? [:]))
                }
                let others = sequences.filter { $0.sequence.isUsed && $0.table == definition.source }.map(\.sequence)
                let owned = try await cluster.send(OwnedSequence.list(of: definition.source), on: link).records
                let policies = try await cluster.send(DependentPolicy.list(of: definition.source), on: link).records
                parts.append(
                    .init(
                        definition, as: record?.name(ofTable: definition.source) ?? definition.source, uses,
                        owned: owned.map { OwnedSequence(row: $0) }, policies.map { DependentPolicy(row: $0) },
                        others: others))
            }
            return PromotionScript(
                parts, others: sequences.map(\.sequence).filter { !$0.isUsed }, capabilities)
        }
    }

    /// The sequences of the access node, as of ``SequenceArrival/list(of:)``: each with every table that is known to use it, or once.
    private func listed(
        _ tables: [TableName], on link: any Link
    ) async throws(ClusterError) -> [(table: TableName, row: [String: String?])] {
        var used: [(table: TableName, row: [String: String?])] = []
        var others: [TableName: (table: TableName, row: [String: String?])] = [:]
        for table in tables {
            for row in try await cluster.send(SequenceArrival.list(of: table), on: link).records {
                if SequenceArrival.isUsed(row: row) {
                    used.append((table, row))
                } else {
                    others[SequenceArrival.name(row: row)] = (table, row)
                }
            }
        }
        for (_, row) in used { others[SequenceArrival.name(row: row)] = nil }
        return used + others.sorted { $0.key.description < $1.key.description }.map(\.value)
    }

    /// What would be sent, by place, when everything was compared.
    package func preview() async throws(ClusterError) -> (accessNode: Plan, node: Plan) {
        let script = try await script()
        let record = try await record(script)
        let chunks = try await sources().compactMap { chunk in
            table(chunk).map { ($0, PromotedChunk(chunk, RowDigest(rows: 0, hash: nil), [], isCompressed: [:])) }
        }
        return (
            Plan([.transaction(holding(.againstWriters) + script.leaving(record, chunks))]),
            Plan([.transaction(script.taking(record))])
        )
    }

    /// What is left to be sent of a promotion that has begun.
    package func preview(of record: PromotionRecord) async throws(ClusterError) -> (accessNode: Plan, node: Plan) {
        if record.isEnding { throw .isEnding(record) }
        let isFenced = try await cluster.isFenced(record)
        let isPromoted = try await cluster.asking(promoted: record) { _, row throws(ClusterError) in
            row["is_promoted"] == "t"
        }
        let fence = PromotionStore.hold + holding(.againstAll) + [PromotionScript.fencing(record, capabilities)]
        return (
            isFenced ? Plan() : Plan([.transaction(fence)]),
            isPromoted ? Plan() : Plan([.transaction(try await script(of: record).taking(record))])
        )
    }

    func holding(_ mode: CutoverHold.Mode) -> [SQL] {
        CutoverHold.statements(
            tables.map(\.table), mode, waiting: min(limits.lockTimeout, limits.maxPause),
            limit: limits.maxPause + .seconds(5))
    }

    /// - Throws: where the node lacks one.
    func sources() async throws(ClusterError) -> [SourceChunk] {
        let rows = try await cluster.send(SourceChunk.list(of: tables.map(\.id), capabilities)).records
        let chunks = rows.map { SourceChunk(row: $0) }
        if let lacking = chunks.first(where: { !$0.nodes.contains(node.name) }) {
            throw ClusterError(
                "\(node.name) has not the chunk \(lacking.name.shownName): all is as it was", node: node.name,
                remedy: "migrate plan --promote \(Quoting.word(node.name))")
        }
        return chunks
    }

    // MARK: Before

    /// - Throws: why it can't be done, and what to do about it. What the node is to do is tried there, with the
    ///   way back, and undone.
    package func refuseIfImpossible() async throws(ClusterError) {
        do throws(MultiNodeError) {
            _ = try Nodes.setAvailable(false, node.name, capabilities)
        } catch {
            throw ClusterError(
                error.message,
                remedy:
                    "'migrate plan --promote \(Quoting.word(node.name)) --format script' prints what to run there by hand"
            )
        }
        if let silent = nodes.first(where: { !$0.isAvailable }) {
            throw .triggerNeeds(silent)
        }
        try await cluster.refuseWhatStaysPrepared(on: nodes)
        _ = try await sources()
        let script = try await script()
        let record = try await record(script)
        try await cluster.asking(node) { link throws(ClusterError) in
            let row = try await cluster.send(PromotionStore.standing, on: link, node: node.name).records.first ?? [:]
            guard row["is_super"] == "t" else {
                throw ClusterError(
                    "only a superuser of \(node.name) can make it a server of its own", node: node.name,
                    remedy: "connect as one: -U names the role")
            }
            try await refuseStrangers(record, on: link)
            let back = PromotionScript.joining(record, renamed: record.tables, capabilities)
            for statement in [.begin] + script.taking(record) + back + ["ROLLBACK"] {
                try await cluster.send(statement, on: link, node: node.name)
            }
        }
    }
}
