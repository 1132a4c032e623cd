/// The servers that the parameters of one connection name, which libpq tries in their order: `host`, `hostaddr` and
/// `port` are lists, with one port for each host or one for all (libpq, "Specifying Multiple Hosts").
package struct HostList: Sendable, Equatable {
    private let hosts: [String]
    private let addresses: [String]
    private let ports: [String]

    package init(_ parameters: ConnectionParameters) {
        func list(_ keyword: String) -> [String] {
            guard let value = parameters[keyword], !value.isEmpty else { return [] }
            return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        hosts = list("host")
        addresses = list("hostaddr")
        ports = list("port")
    }

    /// How many servers there are, of which libpq takes at least the default one.
    var count: Int { max(1, addresses.count, hosts.count) }

    /// What libpq would refuse only when it connects; nil if the ports are right for these hosts.
    package var problem: String? {
        for port in ports {
            if let problem = Self.problem(port: port) { return "port \(problem)" }
        }
        // Without hosts here, the environment or a service file may have them.
        guard ports.count > 1, !(hosts.isEmpty && addresses.isEmpty), ports.count != count else { return nil }
        let named = count == 1 ? "1 host" : "\(count) hosts"
        return "\(ports.count) ports for \(named): there is one port for each host, or one for all"
    }

    /// What is wrong with one port of a list; nothing stands for the usual one.
    private static func problem(port: String) -> String? {
        if port.isEmpty { return nil }
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(port)
        else { return "'\(port.prefix(80))' is not a whole number" }
        return (1...65_535).contains(number) ? nil : "\(number) is not between 1 and 65535"
    }

    /// The parameters for the servers behind the first of them; nil if there are none that can be named.
    func parameters(_ parameters: ConnectionParameters, without count: Int) -> ConnectionParameters? {
        guard count < self.count else { return nil }
        var rest = parameters
        for (keyword, values) in [("host", hosts), ("hostaddr", addresses), ("port", ports)] where values.count > 1 {
            let value = values.dropFirst(count).joined(separator: ",")
            // libpq would take nothing for the default of the environment.
            if value.isEmpty { return nil }
            rest[keyword] = value
        }
        return rest
    }
}
