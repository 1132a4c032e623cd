import CommandLanguage
import MultiNode
import Postgres

/// The nodes of the cluster, and work on several of them.
extension Session {
    /// The data nodes as the access node knows them, by name.
    func dataNodes() async throws(Failure) -> [DataNode] {
        let (connection, capabilities) = try await cluster()
        let result = try await send(DataNode.list(capabilities), on: connection)
        return result.records.map { DataNode(row: $0) }
    }

    /// The nodes that a list of names and patterns selects, in the order of the cluster, each once.
    ///
    /// - Throws: a name that is no node, with the nearest one that is; a pattern that selects nothing.
    func select(_ arguments: [Argument], from nodes: [DataNode], of command: Arguments, isList: Bool = false)
        throws(Failure) -> [DataNode]
    {
        var selected: Set<String> = []
        for argument in arguments {
            if isList, argument.text == "all" {
                selected.formUnion(nodes.map(\.name))
                continue
            }
            let patterns = isList ? GlobPattern.list(argument.pattern) : [argument.pattern]
            if patterns.contains("") { throw Failure(command.problem("a name in the list is empty", at: argument)) }
            for pattern in patterns {
                if let name = GlobPattern.plainText(pattern) {
                    guard nodes.contains(where: { $0.name == name }) else {
                        throw Failure(unknownNode(name, argument, nodes, command, orAll: isList))
                    }
                    selected.insert(name)
                } else {
                    let glob = GlobPattern(pattern)
                    let matches = nodes.filter { glob.matches($0.name) }
                    if matches.isEmpty {
                        throw Failure(command.problem("no node matches \(pattern)", at: argument))
                    }
                    selected.formUnion(matches.map(\.name))
                }
            }
        }
        return nodes.filter { selected.contains($0.name) }
    }

    private func unknownNode(
        _ name: String, _ argument: Argument, _ nodes: [DataNode], _ command: Arguments, orAll: Bool
    )
        -> Diagnostic
    {
        let candidates = (orAll ? ["all"] : []) + nodes.map(\.name)
        let nearest = Suggestion.nearest(to: name, among: candidates).map { "did you mean \($0)?" }
        let known = nodes.isEmpty ? "there are no nodes yet; 'node add' adds them" : "'node list' shows the nodes"
        return command.problem("there is no node \(name)", at: argument, help: nearest ?? known)
    }

    /// The nodes of `--on`, or all of them.
    func nodes(on option: String = "--on", of command: Arguments) async throws(Failure) -> [DataNode] {
        let nodes = try await dataNodes()
        guard command.has(option) else { return nodes }
        return try select(command.values(option), from: nodes, of: command, isList: true)
    }

    /// A connection of our own to a data node, at the address that the access node has for it.
    ///
    /// - Throws: when what answers there is not that node of this cluster: the address is the access node's, and may
    ///   lead elsewhere from here.
    func open(_ node: DataNode, timeout: Duration = .seconds(5)) async throws(Failure) -> Connection {
        let end = ContinuousClock.now + timeout
        let connection = try await openDirectly(
            host: node.host, port: node.port, database: node.database, as: node.name, timeout: timeout)
        do throws(Failure) {
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            try await checkIdentity(of: node, connection, timeout: left)
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Works over a connection, and closes it however the work ends.
    func closing<Answer>(
        _ connection: Connection, after work: (Connection) async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        do throws(Failure) {
            let answer = try await work(connection)
            await connection.close()
            return answer
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Works over a connection of its own to a data node.
    func asking<Answer>(
        _ node: DataNode, timeout: Duration = .seconds(5), _ work: (Connection) async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        try await closing(try await open(node, timeout: timeout), after: work)
    }

    /// A connection of our own to wherever an address leads from here, as the role that the access node knows.
    ///
    /// - Parameter name: the data node that is said to be there.
    func openDirectly(
        host: String, port: Int, database: String, password: String? = nil, as name: String, timeout: Duration
    ) async throws(Failure) -> Connection {
        var parameters = ConnectionParameters([("host", host), ("port", String(port)), ("dbname", database)])
        parameters["user"] = try await accessNode().info.user
        parameters["password"] = password
        for keyword in ["sslmode", "sslrootcert", "sslcert", "sslkey", "passfile"] {
            if let value = target.parameters[keyword] { parameters[keyword] = value }
        }
        do throws(PostgresError) {
            let output = output
            return try await Connection.open(parameters, timeout: remaining(atMost: timeout)) { notice in
                output.notice(notice, node: name)
            }
        } catch {
            throw Failure(error, node: name)
        }
    }

    /// - Throws: when what answers is no data node of this cluster.
    private func checkIdentity(of node: DataNode, _ connection: Connection, timeout: Duration) async throws(Failure) {
        if identity == nil {
            identity = try await send(ClusterIdentity.query, on: try await accessNode()).rows.first?.first.flatMap {
                $0
            }
        }
        let own: String?
        do throws(Failure) {
            let answer = try await send(ClusterIdentity.query, on: connection, node: node.name, timeout: timeout)
            own = answer.rows.first?.first.flatMap { $0 }
        } catch {
            // A database without TimescaleDB has no such table, and so is none of the cluster; who gave no answer may be.
            guard let state = error.sqlstate, ["42P01", "3F000"].contains(state) else { throw error }
            own = nil
        }
        guard let own, own == identity else {
            let place = "\(node.host):\(node.port), database \(node.database)"
            throw Failure(
                "what answers at \(place) is not the data node \(node.name)",
                remedy: "that address is the access node's; from here it leads elsewhere")
        }
    }

    /// One node of each server that is not the access node's own: what all databases of a server share, as roles are,
    /// is changed through one of them, because two would wait for each other for ever.
    func onePerServer(_ nodes: [DataNode], withoutOwn: Bool) async throws(Failure) -> [DataNode] {
        let own = try await cluster().capabilities.systemIdentifier
        let probes = await probe(nodes)
        var seen: Set<String> = []
        if withoutOwn, let own { seen.insert(own) }
        // A server that can't be asked from here is told from others by its address.
        return DataNode.onePerServer(
            zip(nodes, probes).filter { _, probe in
                probe.systemIdentifier.map { seen.insert($0).inserted } ?? true
            }.map(\.0))
    }
}

extension QueryResult {
    /// The rows by column name.
    var records: [[String: String?]] {
        let names = columns.map(\.name)
        return rows.map { row in
            Dictionary(zip(names, row), uniquingKeysWith: { first, _ in first })
        }
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
