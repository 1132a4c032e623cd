import ClusterAccess
package import Postgres
package import Sandbox

/// Where the access node is: what was given on the command line or to `connect`, or the sandbox that is running.
package struct ConnectionTarget: Sendable {
    package var parameters: ConnectionParameters
    /// The sandbox it leads to, when it is one.
    package var sandbox: Sandbox?

    var cluster: ClusterTarget { ClusterTarget(parameters, label: sandbox == nil ? nil : "an1") }

    package init(_ parameters: ConnectionParameters, sandbox: Sandbox? = nil) {
        self.parameters = parameters
        self.sandbox = sandbox
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
        guard let sandbox = try? Sandbox.find(name: nil), let target = ConnectionTarget(sandbox) else {
            return ConnectionTarget(given)
        }
        return target
    }

    /// The access node of a sandbox.
    package init?(_ sandbox: Sandbox) {
        guard let accessNode = sandbox.nodes.first(where: { $0.role == .access }) else { return nil }
        self.init(sandbox.parameters(for: accessNode), sandbox: sandbox)
    }
}

extension Sandbox {
    /// The folder in which each node's socket has a folder of the node's name: what `${sandbox}` stands for.
    package var socketFolder: String? {
        guard let node = nodes.first, node.socketDirectory.hasSuffix("/" + node.name) else { return nil }
        return String(node.socketDirectory.dropLast(node.name.count + 1))
    }
}
