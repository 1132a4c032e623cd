package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// Lets a promoted node be a data node again, as long as nobody has written there.
///
/// Between the node's COMMIT, behind which it is nobody's own, and the access node's nobody can write anywhere. Killed
/// there, the next run goes on.
package struct PromotionUndo: Sendable {
    let record: PromotionRecord
    let cluster: Cluster
    /// Over the connection that holds the access node's tables.
    private let holder: Cluster
    private let limits: CutoverLimits
    private let advanced = Lock<[TableName]>([])

    /// - Parameter record: as it is while no other session is at work on it.
    package init(of record: PromotionRecord, in cluster: Cluster, _ limits: CutoverLimits) async {
        self.record = record
        self.cluster = cluster
        self.limits = limits
        holder = Cluster(await cluster.connection.another(), listener: cluster.listener)
    }

    package func close() async { await holder.connection.disconnect() }

    /// The plan, by place; nothing on the node where it is none of its own yet.
    package func preview() async throws(ClusterError) -> (accessNode: Plan, node: Plan) {
        let capabilities = try await cluster.capabilities()
        if record.isEnding { throw .isEnding(record) }
        let isPromoted = try await cluster.standing(of: record) != .between
        let tables = try await tablesHere()
        let joining = PromotionScript.joining(record, renamed: Self.renamed(tables), capabilities)
        return (
            Plan(
                PromotionScript.returning(record, capabilities).map { .transaction(PromotionStore.hold + [$0]) }
                    + [
                        .transaction(
                            hold(tables.flatMap(\.held)) + PromotionStore.hold + PromotionScript.opening(tables))
                    ]),
            isPromoted ? Plan([.transaction(hold(record.tables) + joining)]) : Plan()
        )
    }

    /// What the access node has of the tables, which nobody changes meanwhile.
    private func tablesHere() async throws(ClusterError) -> [PromotedTable] {
        let tables = try await cluster.tables(of: record)
        guard let gone = tables.first(where: { $0.here == nil }) else { return tables }
        throw ClusterError(
            "the access node has no distributed hypertable \(gone.table.shownName) any more: there is no way back",
            remedy: "keep \(record.node) as it is, with 'migrate finish all --drop-old'")
    }

    private static func renamed(_ tables: [PromotedTable]) -> [TableName] {
        tables.filter(\.isRenamed).map(\.table)
    }

    package func run() async throws(ClusterError) {
        if record.isEnding { throw .isEnding(record) }
        let waiting = min(limits.lockTimeout, limits.maxPause)
        try await cluster.claiming(record, waiting: waiting) { link, row throws(ClusterError) in
            // Behind what an end was killed at.
            let now = try await cluster.changing(record) { now throws(ClusterError) in now }
            if now.isEnding { throw .isEnding(now) }
            let tables = try await tablesHere()
            if row["is_promoted"] == "t" {
                try await refuseSilentNodes()
                try await takeBack(tables, on: link)
            } else {
                do throws(ClusterError) {
                    try await refuseSilentNodes()
                    try await endPrepared(on: link)
                    try await holdAccessNode(tables)
                    try await open(tables)
                } catch {
                    throw error.leavingNobodyToWrite(again: Self.again, back: promoting)
                }
            }
        }
    }

    private static let again = "migrate undo all"
    private var promoting: String { "migrate start --promote \(Quoting.word(record.node))" }

    private func takeBack(_ tables: [PromotedTable], on link: any Link) async throws(ClusterError) {
        let capabilities = try await cluster.capabilities()
        try await endPrepared(on: link)
        for statement in [.begin] + hold(record.tables) {
            try await cluster.send(statement, on: link, node: record.node)
        }
        try await refuseChanges(on: link)
        // The last that may be refused: behind it nothing has to be waited for.
        try await holdAccessNode(tables)
        try await letSequencesGoOn(tables, behind: link)
        for statement in PromotionScript.joining(record, renamed: Self.renamed(tables), capabilities) {
            try await cluster.send(statement, on: link, node: record.node)
        }
        do throws(ClusterError) {
            try await limits.shielded { [self] () throws(ClusterError) in
                try await cluster.send("COMMIT", on: link, node: record.node)
                try await open(tables)
            }
        } catch {
            throw error.leavingNobodyToWrite(again: Self.again, back: promoting)
        }
    }

    /// Numbers that the node has given, in what was rolled back or in tables of its own, are not given again. It comes before the node
    /// drops those that it got: killed behind that, nobody could tell any more where they stood.
    private func letSequencesGoOn(_ tables: [PromotedTable], behind link: any Link) async throws(ClusterError) {
        func ask(_ sql: SQL) async throws(ClusterError) -> [[String: String?]] { try await holder.send(sql).records }
        var sequences: [TableName: (sequence: SequenceArrival, table: TableName)] = [:]
        for table in tables {
            guard let here = table.here else { continue }
            for row in try await ask(SequenceArrival.list(of: here)) {
                let sequence = SequenceArrival(row: row, standing: [:])
                if sequence.isUsed || sequences[sequence.sequence] == nil {
                    sequences[sequence.sequence] = (sequence, table.table)
                }
            }
        }
        let given = try await SequenceArrival.given(Array(sequences.values)) { sql throws(ClusterError) in
            try await cluster.send(sql, on: link, node: record.node).records
        }
        let others = try await SequenceArrival.goOn(behind: given, ask)
        advanced.withLock { $0 = others }
    }

    /// What of the access node's sequences has gone on though no table is known to use it; nil where nothing has.
    package var toldSequences: String? { SequenceArrival.told(advanced.withLock { $0 }) }

    /// The access node gets the way to the node again, and then the tables can be written.
    private func open(_ tables: [PromotedTable]) async throws(ClusterError) {
        for statement in PromotionScript.returning(record, try await cluster.capabilities()) {
            try await cluster.changing(record) { _ throws(ClusterError) in try await cluster.send(statement) }
        }
        do throws(ClusterError) {
            for statement in PromotionStore.hold + PromotionScript.opening(tables) { try await holder.send(statement) }
            try await holder.commit()
        } catch {
            await holder.rollBack()
            throw error
        }
    }

    /// Keeps everybody from the tables on the access node, as their triggers go only when nobody is at work there.
    private func holdAccessNode(_ tables: [PromotedTable]) async throws(ClusterError) {
        let end = ContinuousClock.now + limits.maxPause
        while true {
            let left = max(.milliseconds(100), ContinuousClock.now.duration(to: end))
            do throws(ClusterError) {
                try await holder.begin(.command)
                for statement in hold(tables.flatMap(\.held), within: left) { try await holder.send(statement) }
                return
            } catch {
                await holder.rollBack()
                guard CutoverHold.mayPass(error.sqlstate) else { throw error }
                guard ContinuousClock.now < end else {
                    throw ClusterError(
                        "somebody has the tables open on the access node, and has not ended the transaction within --max-pause (\(limits.maxPause.inSeconds))",
                        remedy: "again, when that has ended; or with a longer --max-pause")
                }
            }
            try await cluster.waitForOthers()
        }
    }

    private func endPrepared(on link: any Link) async throws(ClusterError) {
        guard let node = try await cluster.nodes().first(where: { $0.name == record.node }) else { return }
        try await cluster.endPrepared(on: link, of: node)
    }

    private func hold(_ tables: [TableName], within left: Duration? = nil) -> [SQL] {
        CutoverHold.statements(
            tables, .againstAll, waiting: min(limits.lockTimeout, left ?? limits.lockTimeout),
            limit: limits.maxPause + .seconds(5))
    }

    /// - Throws: where another node could not be told that the tables may be written again.
    private func refuseSilentNodes() async throws(ClusterError) {
        let others = try await cluster.nodes().filter { $0.name != record.node }
        if let silent = others.first(where: { !$0.isAvailable }) { throw .triggerNeeds(silent) }
        try await cluster.refuseWhatStaysPrepared(on: others)
    }
}
