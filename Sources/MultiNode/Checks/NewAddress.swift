/// The address of a database that is to become a data node.
package struct NewAddress: Sendable {
    private let name: String
    private let host: String
    private let port: Int
    private let database: String

    package init(name: String, host: String, port: Int, database: String) {
        self.name = name
        // Names of hosts have no case.
        self.host = host.lowercased()
        self.port = port
        self.database = database
    }

    private func isSame(as other: NewAddress) -> Bool {
        host == other.host && port == other.port && database == other.database
    }

    /// An error for each address that an earlier one, or a data node, has.
    package static func duplicates(_ addresses: [NewAddress], beside nodes: [DataNode]) -> [Finding] {
        let present = nodes.map { NewAddress(name: $0.name, host: $0.host, port: $0.port, database: $0.database) }
        return addresses.indices.compactMap { index in
            let address = addresses[index]
            let others = present + addresses[..<index]
            guard let other = others.first(where: { $0.isSame(as: address) }) else { return nil }
            return Finding(
                .error, address.name, "it has the host, port and database of \(other.name)",
                remedy: "name an address for each: --host 10.0.0.{11..14}, or --port, or --database")
        }
    }
}
