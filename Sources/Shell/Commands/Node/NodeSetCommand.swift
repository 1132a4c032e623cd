import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeSetCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let option = Option<[Argument]>(
        "--option", "KEY=VALUE", .text, check: NodeOptionWord.problem(withSetting:),
        "What the access node connects with")
    private static let unset = Option<[Argument]>(
        "--unset", "KEY", .text, check: NodeOptionWord.problem(withUnsetting:), "What it no longer connects with")

    static let syntax = CommandSyntax(
        "node set", group: .nodes, "Set what the access node connects to data nodes with, such as sslmode",
        operands: [names], options: [option, unset],
        constraints: [.atLeastOne([option, unset], message: "node set needs --option or --unset")], changes: true,
        details: """
            These are the options of the node's foreign server: libpq's, among them host and port with several values \
            separated by commas, target_session_attrs and sslmode, and fetch_size and its like of TimescaleDB. Files are those \
            of the access node's machine. All named nodes change in one transaction. tscl's own connections use them, too, and \
            'node list --format script' keeps them. What TimescaleDB overrides is said. Afterwards the access node is asked \
            whether it reaches the nodes, and whether they are these nodes: where not, the change stands, the command that \
            takes it back is shown and the status is 4.
            """,
        examples: [
            "node set 'dn*' --option sslmode=verify-full sslrootcert=/etc/ssl/pg-ca.crt",
            "node set dn1 --option host=db1a,db1b target_session_attrs=read-write", "node set dn1 --unset sslmode",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let proposed = try await changes(context)
        var outcome = try await carryOut(context)
        guard outcome.changed else { return outcome }
        let names = Set(proposed.filter { !$0.isEmpty }.map(\.node))
        let all = try await context.cluster.nodes()
        let nodes = all.filter { names.contains($0.name) }
        func reversal(_ node: DataNode) -> String {
            "\(proposed.first { $0.node == node.name }?.reversal ?? "node set") takes it back"
        }
        outcome.nodes = nodes.map { NodeOutcome($0.name, ok: true) }
        let unreached = try await context.turnedAway(nodes, remedy: reversal)
        outcome.add(turnedAway: unreached)
        if context.cluster.connection.transaction == .none {
            let reached = nodes.filter { node in !unreached.contains { $0.node == node.name } }
            // Only where the node is looked for elsewhere, it may be another one now.
            let moved = reached.filter { node in proposed.contains { $0.node == node.name && $0.movesNode } }
            outcome.add(turnedAway: await Self.strangers(moved, among: all, context, reversal))
        }
        return outcome
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let all = try await changes(context)
        let changes = all.filter { !$0.isEmpty }
        var proposal = Proposal([])
        proposal.unchanged = all.filter(\.isEmpty).map { "node \($0.node) has these options" }
        if changes.isEmpty { return proposal }
        try await tellWhatHasNoEffect(changes, context)
        let nodes = changes.map { change in "\(change.node) (\(change.keys.joined(separator: ", ")))" }
        proposal.items = [
            .init(NodeOptionChange.plan(changes), done: "options set of \(nodes.listed)")
        ]
        return proposal
    }

    private func changes(_ context: CommandContext) async throws -> [NodeOptionChange] {
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        var set: [(key: String, value: String)] = []
        var unset: [String] = []
        func takeUp(_ key: String, _ argument: Argument) throws {
            guard !set.contains(where: { $0.key == key }), !unset.contains(key) else {
                throw arguments.problem("\(key) is named twice", at: argument)
            }
            guard nodes.count == 1 || NodeOption(named: key)?.isAddress != true else {
                throw arguments.problem("\(key) is one node's; these are \(nodes.count)", at: argument)
            }
        }
        for argument in arguments[Self.option] {
            let (key, value) = NodeOptionWord.parts(argument.text)
            try takeUp(key, argument)
            set.append((key, value))
        }
        for argument in arguments[Self.unset] {
            try takeUp(argument.text, argument)
            unset.append(argument.text)
        }
        if let node = nodes.first, nodes.count == 1 { try refuseOtherNumberOfPorts(node, set) }
        return nodes.map { NodeOptionChange($0, set: set, unset: unset) }
    }

    /// With several ports each is one host's; one port is all hosts'.
    private func refuseOtherNumberOfPorts(_ node: DataNode, _ set: [(key: String, value: String)]) throws {
        func value(_ key: String) -> String? { set.first { $0.key == key }?.value }
        let changed = arguments[Self.option].last { ["host", "port"].contains(NodeOptionWord.parts($0.text).key) }
        // Where addresses are given, they are what is counted.
        guard let changed, value("hostaddr") == nil, node.serverOptions["hostaddr"] == nil else { return }
        func count(_ list: String) -> Int { list.split(separator: ",", omittingEmptySubsequences: false).count }
        let hosts = count(value("host") ?? node.host)
        let ports = count(value("port") ?? node.serverOptions["port"] ?? "")
        guard ports > 1, ports != hosts else { return }
        throw arguments.problem(
            "\(ports) ports do not belong to \(hosts.counted("host"))", at: changed,
            help: "--option host=HOSTS port=PORTS, with one port for all hosts or one for each")
    }

    /// Says which of the options the access node overrides, and which of the files are not there.
    private func tellWhatHasNoEffect(_ changes: [NodeOptionChange], _ context: CommandContext) async throws {
        let set = changes.flatMap(\.settings).reduce(into: [(key: String, value: String)]()) { all, one in
            if !all.contains(where: { $0.key == one.key }) { all.append((one.key, one.value)) }
        }
        if set.isEmpty { return }
        let row = try await context.cluster.send(NodeOptionEffect.query).records.first
        let effect = NodeOptionEffect(row: row ?? [:])
        let isSuperuser = try await context.cluster.capabilities().isSuperuser
        for (key, value) in set {
            if let reason = effect.reasonForNone(key) {
                context.output.message("warning: \(key) has no effect on the access node's connections: \(reason)")
            }
            guard isSuperuser, NodeOption(named: key)?.kind == .file, value.hasPrefix("/") else { continue }
            if try await context.cluster.send(NodeOptionEffect.file(value)).value == nil {
                context.output.message("warning: there is no \(value) on the access node's machine (\(key))")
            }
        }
    }

    /// The nodes that are others now than they were.
    private static func strangers(
        _ nodes: [DataNode], among all: [DataNode], _ context: CommandContext, _ remedy: (DataNode) -> String
    ) async -> [Failure] {
        var failures: [Failure] = []
        for node in nodes {
            // Of two nodes in one database the second one is told.
            let others = all.filter { $0.name != node.name && $0.isAvailable }
            do throws(ClusterError) {
                try await context.cluster.prove([node])
                try await context.cluster.prove(others + [node])
            } catch {
                if let other = error.node, other != node.name { continue }
                var failure = Failure(error)
                failure.status = .partial
                failure.node = node.name
                failure.remedy = remedy(node)
                failures.append(failure)
            }
        }
        return failures
    }
}

/// The words that name options of nodes.
enum NodeOptionWord {
    /// The value is empty where there is none.
    static func parts(_ word: String) -> (key: String, value: String) {
        guard let end = word.firstIndex(of: "=") else { return (word, "") }
        return (String(word[..<end]), String(word[word.index(after: end)...]))
    }

    @Sendable static func problem(withSetting word: String) -> (message: String, help: String?)? {
        let (key, value) = parts(word)
        guard let option = NodeOption(named: key) else { return unknown(key) }
        guard word.contains("=") else { return ("\(key) has no value", "--option \(key)=VALUE") }
        return option.problem(with: value).map { ($0, nil) }
    }

    @Sendable static func problem(withUnsetting key: String) -> (message: String, help: String?)? {
        guard let option = NodeOption(named: key) else { return unknown(key) }
        return option.isNeeded ? ("a node can't be without \(key)", "--option \(key)=VALUE changes it") : nil
    }

    private static func unknown(_ key: String) -> (message: String, help: String?) {
        if let other = NodeOption.otherWay(to: key) { return ("\(key) is not set by node set", other) }
        let nearest = Suggestion.nearest(to: key, among: NodeOption.all.map(\.name)).map { "did you mean \($0)?" }
        return (
            "\(key) is no option of a data node", nearest ?? "libpq's are in its manual: sslmode, target_session_attrs…"
        )
    }
}
