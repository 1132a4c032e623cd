/// What a data node has of logical replication: copies of chunks go by it, and what broke off may leave some of it there,
/// where a slot holds back the removal of WAL.
package struct CopyTraces: Sendable, Equatable {
    package struct Slot: Sendable, Equatable {
        package let name: String
        package let isActive: Bool
    }

    /// Of the node's database.
    package var slots: [Slot] = []
    package var subscriptions: [String] = []
    package var publications: [String] = []
    /// The numbers of the subscriptions of all databases of the server.
    package var subscriptionNumbers: Set<String> = []
    /// Tells which server's subscriptions a slot is for. Clones have the same one.
    package var systemID = ""

    package init() {}

    /// For a data node, before ``query``: a slot is for a subscription that was there before it.
    package static let slots: SQL = """
        SELECT slot_name AS slot, active
          FROM pg_catalog.pg_replication_slots
         WHERE database = pg_catalog.current_database() AND plugin = 'pgoutput'
         ORDER BY slot_name
        """

    /// For a data node: one row.
    package static let query: SQL = """
        SELECT ARRAY(SELECT s.subname FROM pg_catalog.pg_subscription s
                       JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
                      WHERE d.datname = pg_catalog.current_database() ORDER BY 1) AS subscriptions,
               ARRAY(SELECT pubname FROM pg_catalog.pg_publication ORDER BY 1) AS publications,
               ARRAY(SELECT oid FROM pg_catalog.pg_subscription ORDER BY 1) AS numbers,
               (SELECT system_identifier FROM pg_catalog.pg_control_system()) AS system_id
        """

    /// The slots by which subscriptions get the rows of a table that they begin with, and that nobody uses now.
    ///
    /// - Parameter rows: of ``slots``.
    package static func idleSlotsOfRows(_ rows: [[String: String?]]) -> [String] {
        var traces = CopyTraces()
        traces.take(slots: rows)
        return traces.slots.filter { !$0.isActive && $0.name.wholeMatch(of: ofRows) != nil }.map(\.name)
    }

    private static var ofRows: Regex<(Substring, Substring, Substring)> { /pg_([0-9]+)_sync_[0-9]+_([0-9]+)/ }

    package mutating func take(slots rows: [[String: String?]]) {
        slots = rows.map { row in
            let row = Row(row)
            return Slot(name: row["slot"] ?? "", isActive: row.flag("active"))
        }
    }

    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        subscriptions = row.array("subscriptions")
        publications = row.array("publications")
        subscriptionNumbers = Set(row.array("numbers"))
        systemID = row["system_id"] ?? ""
    }

    // MARK: What is left of copies

    /// What is left on nodes of copies that nobody has a record of any more, by node.
    ///
    /// - Parameters:
    ///   - traces: by node.
    ///   - operations: those that the access node has a record of, read behind the traces.
    ///   - isWhole: whether all data nodes are among them. Else nobody knows whether a slot's subscription is on another.
    package static func strays(
        in traces: [String: CopyTraces], besides operations: Set<String>, isWhole: Bool
    ) -> [String: [CopyStray]] {
        let numbers = Dictionary(traces.values.map { ($0.systemID, $0.subscriptionNumbers) }) { $0.union($1) }
        return traces.mapValues { traces in
            func isLeft(_ name: String) -> Bool { isOfCopy(name) && !operations.contains(name) }
            let idle = traces.slots.filter { !$0.isActive }.map(\.name)
            return traces.subscriptions.filter(isLeft).map { CopyStray.subscription($0) }
                + idle.filter { isLeft($0) || isWhole && isOfNobody($0, numbers) }.map { .slot($0) }
                + traces.publications.filter(isLeft).map { .publication($0) }
        }.filter { !$0.value.isEmpty }
    }

    /// Whether it is a name that TimescaleDB or tscl gives to copies.
    private static func isOfCopy(_ name: String) -> Bool {
        ChunkCopyName.isName(name) || name.wholeMatch(of: /ts_copy_[0-9]+_[0-9]+/) != nil
    }

    /// Whether it is a slot that a subscription of one of the servers has made for a table, and that is gone.
    private static func isOfNobody(_ slot: String, _ numbers: [String: Set<String>]) -> Bool {
        guard let parts = slot.wholeMatch(of: ofRows)?.output,
            let known = numbers[String(parts.2)]
        else { return false }
        return !known.contains(String(parts.1))
    }
}

/// Something that is left on a node of a copy of which there is no record any more.
package enum CopyStray: Sendable, Equatable {
    case subscription(String)
    case slot(String)
    case publication(String)

    package var told: String {
        switch self {
        case .subscription(let name): "the subscription \(name)"
        case .slot(let name): "the replication slot \(name)"
        case .publication(let name): "the publication \(name)"
        }
    }

    /// For the node.
    package var dropping: [SQL] {
        switch self {
        case .subscription(let name): ChunkCopying.subscriptionDrop(name)
        case .publication(let name): ["DROP PUBLICATION IF EXISTS \(identifier: name)"]
        case .slot(let name):
            [
                """
                SELECT pg_catalog.pg_drop_replication_slot(slot_name)
                  FROM pg_catalog.pg_replication_slots WHERE slot_name = \(name, type: "name") AND NOT active
                """
            ]
        }
    }
}
