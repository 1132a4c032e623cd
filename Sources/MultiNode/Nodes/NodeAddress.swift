/// Where a data node is looked for, as far as a command names it.
package struct NodeAddress: Sendable, Equatable {
    package var host: String?
    package var port: Int?
    package var database: String?

    package init(host: String?, port: Int?, database: String?) {
        self.host = host
        self.port = port
        self.database = database
    }

    /// One point in which a node's address is not what was named.
    package struct Difference: Sendable, Equatable {
        /// As the options of commands call it: `host`, `port`, `database`.
        package let what: String
        package let actual: String
        package let wanted: String

        package var text: String { "\(what) \(actual), not \(wanted)" }
    }

    package func differences(from node: DataNode) -> [Difference] {
        let points = [
            ("host", node.host, host), ("port", String(node.port), port.map { String($0) }),
            ("database", node.database, database),
        ]
        return points.compactMap { what, actual, wanted in
            guard let wanted, wanted != actual else { return nil }
            return Difference(what: what, actual: actual, wanted: wanted)
        }
    }
}
