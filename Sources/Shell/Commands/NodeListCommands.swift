import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct NodeListCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "node list", "List the data nodes",
        details: """
            Only the access node is asked: 'node ping' asks the nodes themselves. available tells whether a node is \
            marked as to be used. --format script prints the commands that add these nodes.
            """,
        examples: ["node list", "node list --format script"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let nodes = try await session.dataNodes()
        let columns: [Table.Column] = [
            .init("node"), .init("host"), .init("port", .right), .init("database"), .init("owner"), .init("available"),
        ]
        var outcome = Outcome(
            table: Table(
                columns: columns,
                rows: nodes.map { node in
                    [
                        .text(node.name), .text(node.host), .integer(Int64(node.port)), .text(node.database),
                        .text(node.owner), .bool(node.isAvailable),
                    ]
                }))
        let user = try await session.cluster().capabilities.user
        outcome.script = nodes.flatMap { node -> [String] in
            var lines = [
                ScriptLine.command(
                    "node add", [node.name],
                    [
                        .init("--host", node.host), .init("--port", String(node.port)),
                        .init("--database", node.database), .init("--if-not-exists"),
                    ])
            ]
            if !node.isAvailable { lines.append(ScriptLine.command("node disable", [GlobPattern.escaped(node.name)])) }
            if node.owner != user {
                lines.append(ScriptLine.comment("\(node.name) belongs to \(node.owner), the new one to who adds it"))
            }
            return lines
        }
        return outcome
    }
}

struct NodeShowCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "node show", "Show one data node: its address, its state, what is on it",
        operands: [OperandSyntax("NAME", .node)], examples: ["node show dn1"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let all = try await session.dataNodes()
        let selected = try session.select(arguments.operands("NAME"), from: all, of: arguments)
        guard selected.count == 1, let node = selected.first else {
            throw Failure(arguments.problem("node show takes one node; this selects \(selected.count)"))
        }
        let probe = await session.probe(node)
        try Task.checkInterruption()
        let hypertables = try await session.hypertables().filter { $0.nodes.contains(node.name) }
        var rows: [[Value]] = [
            [.text("node"), .text(node.name)], [.text("host"), .text(node.host)],
            [.text("port"), .integer(Int64(node.port))], [.text("database"), .text(node.database)],
            [.text("owner"), .text(node.owner)], [.text("available"), .bool(node.isAvailable)],
            [.text("state"), .text(probe.state.rawValue)],
        ]
        if let message = probe.message { rows.append([.text("message"), .text(message)]) }
        if let version = probe.version { rows.append([.text("version"), .text(version)]) }
        if let isInRecovery = probe.isInRecovery { rows.append([.text("in recovery"), .bool(isInRecovery)]) }
        if let count = probe.inDoubt { rows.append([.text("in doubt"), .integer(Int64(count))]) }
        rows.append([.text("hypertables"), .array(hypertables.map { .text($0.table.shownName) })])
        return Outcome(table: Table(columns: [.init("property"), .init("value")], rows: rows))
    }
}

struct NodePingCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "node ping", "Ask each data node whether it answers, side by side",
        operands: [OperandSyntax("NAMES", .node, .zeroOrMore)],
        details: """
            A node is asked by a connection of tscl's own, from this machine. The states: up; down (no server, or none \
            that can be reached); hanging (no answer within 5 seconds, or --timeout); refused (it answers and lets \
            this role not in). The status is 4 when some nodes are not up, and 1 when none is.
            """,
        examples: ["node ping", "node ping 'dn*' --timeout 2s"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let limit = session.settings.timeout ?? .seconds(5)
        if session.deadline == nil { session.deadline = .now.advanced(by: limit) }
        var nodes = try await session.dataNodes()
        let names = arguments.operands("NAMES")
        if !names.isEmpty { nodes = try session.select(names, from: nodes, of: arguments) }
        // From here on the limit is each node's, not the command's.
        session.deadline = nil
        let answers = await session.probe(nodes, timeout: limit)
        var outcome = Outcome(
            table: Table(
                columns: [.init("node"), .state("state"), .init("ms", .right), .init("message")],
                rows: answers.filter { $0.state != .interrupted }.map { probe in
                    [
                        .text(probe.node.name), .text(probe.state.rawValue),
                        .number(JSON.rounded(probe.milliseconds)), probe.message.map { .text($0) } ?? .null,
                    ]
                }))
        outcome.nodes = answers.map(\.outcome)
        let up = answers.count { $0.state == .up }
        if up < answers.count {
            outcome.status = up == 0 ? .failed : .partial
            let bad = answers.filter { $0.state != .up }.map {
                "\($0.node.name) (\($0.state.rawValue))"
            }
            outcome.complaint = "no answer from \(bad.joined(separator: ", "))"
        }
        return outcome
    }
}
