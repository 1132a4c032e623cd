import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct NodeAddCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "node add", group: .nodes, "Add data nodes to the cluster",
        operands: [OperandSyntax("NAMES", .newName, .oneOrMore)],
        options: [
            OptionSyntax("--host", "HOST", .text, required: true, paired: true, "Where the node's server is"),
            OptionSyntax("--port", "PORT", .integer(1...65535), paired: true, "Its port (that of the access node)"),
            OptionSyntax("--database", "NAME", .text, paired: true, "Its database (named as this one)"),
        ] + PasswordOptions.all + [
            OptionSyntax("--no-bootstrap", "The database is there, with the extension in it"),
            OptionSyntax("--if-not-exists", "Leave a node that is there as it is"),
            OptionSyntax("--force", "Go on although the check of a server finds errors"),
        ], changes: true,
        details: """
            Braces name several nodes, and in the options what goes with each: as many values as names, or one for all. \
            Before anything is changed each server is looked at by a connection of tscl's own: when one can't become a \
            data node, none is added, unless --force; what can't be looked at from here is said. Then the nodes are \
            added side by side, each by itself, because TimescaleDB adds none inside a transaction; when one fails the \
            others are added all the same, and the command that does the rest is shown.
            """,
        examples: [
            "node add dn1 --host 10.0.0.11", "node add dn{1..4} --host 10.0.0.{11..14} --port 5432",
        ])

    let arguments: Arguments
    private let names: [String]
    private let hosts: [Argument?]
    private let ports: [Argument?]
    private let databases: [Argument?]

    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        let operands = arguments.operands("NAMES")
        try arguments.refuseRepetition(operands)
        names = operands.map(\.text)
        hosts = try arguments.paired("--host", count: names.count)
        ports = try arguments.paired("--port", count: names.count)
        databases = try arguments.paired("--database", count: names.count)
        try PasswordOptions.check(arguments)
    }

    static func mayRefuse(_ outline: CommandOutline) -> Bool {
        // One name takes one value of everything; what is left are the ways to give the password.
        outline.operandCount > 1 || outline.hasSeveral(of: passwordBits)
    }

    private static let passwordBits = syntax.bits(of: PasswordOptions.all)

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "TimescaleDB adds no node in a transaction"
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let present = Set(try await session.dataNodes().map(\.name))
        let password = try await PasswordOptions.password(arguments, in: session)
        var proposal = Proposal([])
        var candidates: [NodeCandidate] = []
        let ownPort = try await session.accessNodePort()
        for (index, name) in names.enumerated() {
            if present.contains(name), arguments.has("--if-not-exists") {
                proposal.unchanged.append("node \(name) exists")
                continue
            }
            let host = hosts[index]?.text ?? ""
            let port = ports[index].flatMap { Int($0.text) }
            var node = NewNode(try Name.node(name), host: host, port: port, database: databases[index]?.text)
            node.password = password
            node.bootstrap = !arguments.has("--no-bootstrap")
            node.ifNotExists = arguments.has("--if-not-exists")
            let plan = Nodes.add(node, capabilities)
            let place = host + (port.map { ":\($0)" } ?? "")
            proposal.items.append(.init(name: name, plan, done: "node \(name) added (\(place))"))
            // Of a name that is taken the server says so.
            if present.contains(name) { continue }
            candidates.append(
                NodeCandidate(
                    name: name, host: host, port: port ?? ownPort,
                    database: node.database ?? capabilities.database, password: password, bootstraps: node.bootstrap))
        }
        try await session.refuseUnfit(candidates, isForced: arguments.has("--force"))
        // The first node makes the database an access node; two at once would each try to.
        proposal.beginsAlone = capabilities.role != .accessNode
        proposal.parallel = 8
        return proposal
    }
}

extension Session {
    /// Says what is found out about servers before they are added.
    ///
    /// - Throws: where one can't become a data node, unless it is forced.
    fileprivate func refuseUnfit(_ candidates: [NodeCandidate], isForced: Bool) async throws(Failure) {
        if candidates.isEmpty { return }
        let (findings, unchecked) = try await preflight(candidates)
        for (node, reason) in unchecked { output.message("note: \(node) was not checked from here: \(reason)") }
        for finding in findings {
            output.message("\(finding.severity.rawValue): \(finding.place): \(finding.text)\n  help: \(finding.remedy)")
        }
        let errors = findings.filter { $0.severity == .error }
        guard !errors.isEmpty, !isForced else { return }
        let unfit = candidates.map(\.name).filter { name in errors.contains { $0.place == name } }
        var failure = Failure(
            "nothing was added: \(unfit.joined(separator: ", ")) can't become \(unfit.count == 1 ? "a data node" : "data nodes")",
            remedy: "--force tries all the same")
        failure.nodes = unfit.map { name in
            NodeOutcome(name, ok: false, message: errors.first { $0.place == name }?.text)
        }
        throw failure
    }

    /// The port at which the access node's server listens, which is a data node's where none is given.
    fileprivate func accessNodePort() async throws(Failure) -> Int {
        let (connection, _) = try await cluster()
        return try await facts(connection, node: nil, timeout: .seconds(5)).0.port
    }
}
