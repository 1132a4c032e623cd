import ClusterAccess
package import Postgres
package import Sandbox

/// Where the access node is: what was given on the command line or to `connect`, or the sandbox that is running.
package struct ConnectionTarget: Sendable {
    package var parameters: ConnectionParameters
    /// The sandbox it leads to, when it is one.
    package var sandbox: Sandbox?
    /// Why it leads nowhere.
    private var refusal: String?

    var cluster: ClusterTarget {
        ClusterTarget(
            parameters, label: sandbox == nil ? nil : "an1", refusal: refusal,
            start: sandbox == nil ? nil : "'sandbox start an1' starts it")
    }

    package init(_ parameters: ConnectionParameters, sandbox: Sandbox? = nil) {
        self.parameters = parameters
        self.sandbox = sandbox
    }

    /// The target of a person who may mean any of several sandboxes. It is not guessed, and above all no other server is
    /// taken for one of them.
    ///
    /// - Parameter names: at least two.
    init(amongSandboxes names: [String]) {
        self.init(ConnectionParameters([]))
        let options = names.map { "--sandbox \($0)" }
        let choice = options.dropLast().joined(separator: ", ") + " or " + (options.last ?? "")
        refusal = "\(names.count) sandboxes run: \(choice) names one"
    }

    /// The same but for what these parameters name. As in psql, a password is for the server and role that it was given
    /// for, and an address for its host, also where a service file has them. A service is a server and a role itself.
    func changing(_ named: ConnectionParameters) -> ConnectionTarget {
        var target = self
        if ["host", "hostaddr", "port", "user", "service"].contains(where: { named[$0] != nil }) {
            target = ConnectionTarget(parameters)
            target.withhold("password")
        }
        if named["host"] != nil { target.withhold("hostaddr") }
        if named["service"] != nil {
            for keyword in ["host", "hostaddr", "port", "user"] { target.parameters[keyword] = nil }
            target.parameters.withheld = []
        }
        target.parameters.append(named)
        return target
    }

    private mutating func withhold(_ keyword: String) {
        parameters[keyword] = nil
        parameters.withheld.insert(keyword)
    }

    /// The running sandbox where nothing else was named, neither by options nor by the environment of libpq.
    ///
    /// - Parameter environment: reads an environment variable.
    package static func resolve(
        _ given: ConnectionParameters, environment: (String) -> String?
    ) -> ConnectionTarget {
        let variables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]
        guard given.parameters.isEmpty, variables.allSatisfy({ environment($0)?.isEmpty ?? true }) else {
            return ConnectionTarget(given)
        }
        if let sandbox = try? Sandbox.find(name: nil), let target = ConnectionTarget(sandbox) { return target }
        let running = Sandbox.running().map(\.name)
        return running.count > 1 ? ConnectionTarget(amongSandboxes: running) : ConnectionTarget(given)
    }

    /// The access node of a sandbox.
    package init?(_ sandbox: Sandbox) {
        guard let accessNode = sandbox.nodes.first(where: { $0.role == .access }) else { return nil }
        self.init(sandbox.parameters(for: accessNode), sandbox: sandbox)
    }
}

extension Sandbox {
    /// The folder in which each node's socket has a folder of the node's name: what `${sandbox}` stands for. Nil where the
    /// nodes are told apart by TCP ports.
    package var socketFolder: String? {
        guard !listensOnLoopback, let node = nodes.first, node.socketDirectory.hasSuffix("/" + node.name) else {
            return nil
        }
        return String(node.socketDirectory.dropLast(node.name.count + 1))
    }
}
