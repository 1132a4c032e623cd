import CommandLanguage
import MultiNode
import Rendering

struct NodeAlterCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "node alter", "Change where a data node is reached", operands: [OperandSyntax("NAME", .node)],
        options: [
            OptionSyntax("--host", "HOST", .text, "Its new host"),
            OptionSyntax("--port", "PORT", .integer(1...65535), "Its new port"),
            OptionSyntax("--database", "NAME", .text, "Its new database"),
        ], changes: true,
        details: """
            What is not named stays as it is. Only where the node is looked for changes, not what is there: the \
            database must be the one that was added. TimescaleDB can do this from 2.9 on.
            """,
        examples: ["node alter dn1 --host 10.0.1.11"])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        guard arguments.has("--host") || arguments.has("--port") || arguments.has("--database") else {
            throw arguments.problem("node alter needs --host, --port or --database")
        }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let nodes = try await session.nodes(arguments.operands("NAME"), of: arguments)
        guard nodes.count == 1 else {
            throw Failure(arguments.problem("node alter takes one node; this selects \(nodes.count)"))
        }
        let plan = Nodes.alter(
            nodes[0].name, host: arguments.value("--host")?.text, port: arguments.integer("--port"),
            database: arguments.value("--database")?.text, capabilities)
        return Proposal([.init(name: nodes[0].name, plan, done: "node \(nodes[0].name) altered")])
    }
}

/// `node enable` and `node disable` are one thing in two directions.
protocol AvailabilityCommand: ChangingCommand, UncheckedCommand {
    static var makesAvailable: Bool { get }
}

extension AvailabilityCommand {
    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let available = Self.makesAvailable
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let state = available ? "enabled" : "disabled"
            if node.isAvailable == available {
                proposal.unchanged.append("node \(node.name) is \(state)")
                continue
            }
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.setAvailable(available, node.name, capabilities)
            }
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) \(state)"))
        }
        return proposal
    }
}

struct NodeEnableCommand: AvailabilityCommand {
    static let syntax = CommandSyntax(
        "node enable", "Mark data nodes as available",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore, offering: .unavailableNodes)],
        changes: true,
        details: """
            Chunks that were written meanwhile are missing on a node that was disabled: 'hypertable list' and 'check' \
            name hypertables with too few replicas. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node enable dn3", "node enable 'dn*'"])
    static let makesAvailable = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}

struct NodeDisableCommand: AvailabilityCommand {
    static let syntax = CommandSyntax(
        "node disable", "Mark data nodes as unavailable: reads use replicas on others",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore, offering: .availableNodes)], changes: true,
        details: """
            It is what to do when a node is down and reads fail: where every chunk has a replica on another node they \
            go there, and writes leave the node out. Without replicas its chunks can't be read until it is back. \
            Healing skips it. TimescaleDB knows unavailable nodes from 2.9 on.
            """,
        examples: ["node disable dn3"])
    static let makesAvailable = false
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}

struct NodeAttachCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node attach", "Let data nodes take chunks of distributed hypertables",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--to", "TABLE", .hypertable, required: true, variadic: true, "The hypertables"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--if-not-attached", "Leave a node that is attached as it is"),
        ], changes: true,
        details: """
            Only chunks that are made from then on can be there; none that exists is moved. The number of partitions \
            grows with the nodes unless --no-repartition. Functions, types and extensions that the table needs must be \
            on the node already: 'exec' makes them. A role that writes to the table needs USAGE of the new node: 'role \
            grant'.
            """,
        examples: ["node attach dn4 --to metrics", "node attach dn{4,5} --to metrics events"])

    let arguments: Arguments
    private let tables: [TableName]
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        tables = try arguments.tables("--to")
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.attach(
                    node.name, to: tables, ifNotAttached: arguments.has("--if-not-attached"),
                    repartition: !arguments.has("--no-repartition"), capabilities)
            }
            let names = tables.map(\.description).joined(separator: ", ")
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) attached to \(names)"))
        }
        return proposal
    }
}

struct NodeDetachCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node detach", "Take data nodes away from distributed hypertables",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--from", "TABLE", .hypertable, variadic: true, "The hypertables (all)"),
            OptionSyntax("--force", "Even where new chunks will have too few replicas; data is never lost by it"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--drop-remote-data", "Drop the hypertable on the node (2.8 and later)"),
            OptionSyntax("--if-attached", "Leave a node that is not attached as it is"),
        ], changes: true, asks: .always,
        details: """
            TimescaleDB refuses to detach a node that has the only replica of a chunk, with --force too: copy or drop \
            these chunks first. Chunks with other replicas are then read from these.
            """,
        examples: ["node detach dn3 --from metrics", "node detach dn3 --from metrics --force --yes"])

    let arguments: Arguments
    private let tables: [TableName]
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        tables = try arguments.tables("--from")
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let nodes = try await session.nodes(arguments.operands("NAMES"), of: arguments)
        var proposal = Proposal([], confirm: nodes.map(\.name))
        for node in nodes {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.detach(
                    node.name, from: tables.isEmpty ? nil : tables, ifAttached: arguments.has("--if-attached"),
                    force: arguments.has("--force"),
                    repartition: !arguments.has("--no-repartition"),
                    dropRemoteData: arguments.has("--drop-remote-data"),
                    capabilities)
            }
            let names = tables.isEmpty ? "all hypertables" : tables.map(\.description).joined(separator: ", ")
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) detached from \(names)"))
        }
        return proposal
    }
}

struct NodeBlockCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node block", "Let data nodes take no new chunks", operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--for", "TABLE", .hypertable, "Only of this hypertable"),
            OptionSyntax("--force", "Even where new chunks will have too few replicas"),
        ], changes: true,
        details: """
            What is on the node stays there and is read as before. It is the first step of emptying a node, and of \
            letting a full one be.
            """,
        examples: ["node block dn3", "node block dn3 --for metrics"])

    let arguments: Arguments
    private let table: TableName?
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        table = try arguments.tables("--for").first
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let plan = Nodes.block(node.name, for: table, force: arguments.has("--force"), capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) takes no new chunks"))
        }
        return proposal
    }
}

struct NodeAllowCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "node allow", "Let data nodes take new chunks again",
        operands: [OperandSyntax("NAMES", .node, .oneOrMore, offering: .blockedNodes)],
        options: [OptionSyntax("--for", "TABLE", .hypertable, "Only of this hypertable")], changes: true,
        details: "It takes back what 'node block' did.", examples: ["node allow dn3", "node allow 'dn*' --for metrics"])

    let arguments: Arguments
    private let table: TableName?
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        table = try arguments.tables("--for").first
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        var proposal = Proposal([])
        for node in try await session.nodes(arguments.operands("NAMES"), of: arguments) {
            let plan = Nodes.allow(node.name, for: table, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) takes new chunks"))
        }
        return proposal
    }
}

struct NodeDeleteCommand: ChangingCommand, UncheckedCommand {
    static let syntax = CommandSyntax(
        "node delete", "Take data nodes out of the cluster", operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--force", "Even where new chunks will have too few replicas; data is never lost by it"),
            OptionSyntax("--no-repartition", "Leave the number of partitions as it is"),
            OptionSyntax("--drop-database", "Drop the node's database, with all that is in it (2.6 and later)"),
            OptionSyntax("--if-exists", "Let a node that is not there be"),
        ], changes: true, asks: .always,
        details: """
            It is detached from all hypertables and forgotten by the access node; its database stays as it is, unless \
            --drop-database. TimescaleDB refuses where it has the only replica of a chunk, with --force too: copy or \
            drop these chunks first. A database that stays can't be added again until it is dropped, or dist_uuid is \
            deleted from its _timescaledb_catalog.metadata. --drop-database needs the node to answer, and can't be in \
            a transaction.
            """,
        examples: ["node delete dn3", "node delete dn3 --drop-database --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option("--drop-database").map { _ in "TimescaleDB drops no database in a transaction" }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let all = try await session.dataNodes()
        var proposal = Proposal([])
        var wanted = arguments.operands("NAMES")
        if arguments.has("--if-exists") {
            let missing = wanted.filter { argument in
                GlobPattern.plainText(argument.pattern).map { name in !all.contains { $0.name == name } } ?? false
            }
            proposal.unchanged = missing.map { "there is no node \($0.text)" }
            wanted.removeAll { missing.contains($0) }
        }
        let nodes = try session.select(wanted, from: all, of: arguments)
        proposal.confirm = nodes.map(\.name)
        for node in nodes {
            let plan = try session.plan { () throws(MultiNodeError) in
                try Nodes.delete(
                    node.name, ifExists: arguments.has("--if-exists"), force: arguments.has("--force"),
                    repartition: !arguments.has("--no-repartition"), dropDatabase: arguments.has("--drop-database"),
                    capabilities)
            }
            proposal.items.append(.init(name: node.name, plan, done: "node \(node.name) deleted"))
        }
        return proposal
    }
}

extension Session {
    /// The nodes that operands select.
    func nodes(_ operands: [Argument], of arguments: Arguments) async throws(Failure) -> [DataNode] {
        try select(operands, from: try await dataNodes(), of: arguments)
    }
}

extension Arguments {
    /// The tables that an option names.
    func tables(_ option: String) throws(Diagnostic) -> [TableName] {
        var names: [TableName] = []
        for value in values(option) { names.append(try table(value)) }
        return names
    }

    func table(_ value: Argument) throws(Diagnostic) -> TableName {
        do throws(MultiNodeError) {
            return try TableName(value.text)
        } catch {
            throw problem(error.message, at: value)
        }
    }
}
