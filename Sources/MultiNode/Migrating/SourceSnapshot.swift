/// What a chunk was read in: a snapshot of a data node.
package struct SourceSnapshot: Sendable, Equatable {
    package let node: String
    /// The first transaction that it may not have seen.
    package let xmin: String
    /// The identity of the node's database: another one numbers its transactions anew.
    package let identity: String?
    /// Where the node's log was: its timeline, as the names of its files have it, and the place in that.
    let timeline: String?
    package let place: String?
    /// When the node's server was started, in microseconds since 1970.
    let started: String?

    /// - Parameter row: of ``SourceReading/snapshot``.
    package init(of node: String, row: [String: String?]) {
        let row = Row(row)
        self.node = node
        xmin = row["xmin"] ?? "0"
        identity = row["uuid"]
        timeline = row["timeline"]
        place = row["place"]
        started = row["started"]
    }
}
