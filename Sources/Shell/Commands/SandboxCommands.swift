import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

struct SandboxUpCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox up", "Start a cluster of real PostgreSQL servers on this machine",
        options: [
            OptionSyntax("--nodes", "N", .integer(1...64), "How many data nodes (3)"),
            OptionSyntax("--name", "NAME", .newName, "Its name (default)"),
            OptionSyntax("--dir", "FOLDER", .file, "Where its data is, if not in tscl's state folder"),
        ],
        needsConnection: false,
        details: """
            One access node (an1) and data nodes (dn1…), each a server of its own that only this user can reach. Where \
            the servers offer TimescaleDB 2.0 to 2.13 it is used; elsewhere an emulator of the multi-node control \
            interface, and status, version and the prompt say so. The data nodes are not added yet: \
            'node add dn{1..3} --host ${sandbox}/dn{1..3}' does that.
            """,
        examples: ["sandbox up", "sandbox up --nodes 5 --name lab"])

    let settings: Sandbox.Settings

    init(_ arguments: Arguments) {
        var settings = Sandbox.Settings()
        if let count = arguments.integer("--nodes") { settings.dataNodes = count }
        if let name = arguments.value("--name")?.text { settings.name = name }
        settings.directory = arguments.value("--dir")?.text
        self.settings = settings
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        if session.settings.dryRun {
            return Outcome(text: ["-- would be started: sandbox \(settings.name), \(settings.dataNodes) data nodes"])
        }
        let output = session.output
        let sandbox: Sandbox
        do throws(SandboxError) {
            sandbox = try await Sandbox.up(settings) { output.message($0) }
        } catch {
            throw Failure(error)
        }
        if let target = ConnectionTarget(sandbox) { try await session.connect(to: target) }
        var outcome = try SandboxListing.outcome(sandbox)
        outcome.changed = true
        let count = sandbox.nodes.count - 1
        let range = count == 1 ? "dn1" : "dn{1..\(count)}"
        outcome.text = [
            "sandbox \(sandbox.name) is up: an1 and \(count) data node\(count == 1 ? "" : "s"), \(sandbox.engine.name)"
        ]
        // One that was down before has kept its nodes.
        if let nodes = try? await session.dataNodes(), nodes.isEmpty {
            outcome.text.append("next: node add \(range) --host ${sandbox}/\(range)")
        }
        return outcome
    }
}

struct SandboxStatusCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox status", "Show the servers of the sandbox",
        options: [OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox")],
        needsConnection: false,
        examples: ["sandbox status"])

    let name: String?

    init(_ arguments: Arguments) {
        name = arguments.value("--name")?.text
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        try SandboxListing.outcome(try SandboxListing.find(name, in: session))
    }
}

/// What all sandbox commands share: finding it, listing its servers.
enum SandboxListing {
    /// The sandbox that was named, the one that the session is connected to, or the only one.
    static func find(_ name: String?, in session: isolated Session) throws(Failure) -> Sandbox {
        try find(name ?? session.target.sandbox?.name)
    }

    static func find(_ name: String?) throws(Failure) -> Sandbox {
        do throws(SandboxError) {
            if let sandbox = try Sandbox.find(name: name) { return sandbox }
        } catch {
            throw Failure(error)
        }
        throw Failure(
            name.map { "there is no sandbox \($0)" } ?? "there is no sandbox", remedy: "'sandbox up' starts one")
    }

    static func node(_ argument: Argument?, of sandbox: Sandbox, _ arguments: Arguments) throws(Failure)
        -> Node
    {
        let name = argument?.text ?? ""
        if let node = sandbox.nodes.first(where: { $0.name == name }) { return node }
        let names = sandbox.nodes.map(\.name)
        let nearest = Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
        throw Failure(
            arguments.problem(
                "the sandbox has no node \(name)", at: argument,
                help: nearest ?? "it has \(names.joined(separator: ", "))"))
    }

    static func outcome(_ sandbox: Sandbox) throws(Failure) -> Outcome {
        let rows = sandbox.status().map { node, state -> [Value] in
            [
                .text(node.name), .text(node.role.rawValue), .text(state.rawValue), .integer(Int64(node.port)),
                .text(sandbox.engine.name),
            ]
        }
        let columns = [Table.Column("node"), .init("role"), .state("state"), .init("port", .right), .init("engine")]
        return Outcome(table: Table(columns: columns, rows: rows))
    }
}

extension ConnectionTarget {
    /// - Throws: when there is no sandbox of that name.
    package static func sandbox(named name: String) throws(Failure) -> ConnectionTarget {
        guard let target = ConnectionTarget(try SandboxListing.find(name)) else {
            throw Failure("the sandbox \(name) has no access node")
        }
        return target
    }
}

extension Engine {
    /// As it is shown wherever the engine is named: what is emulated says so.
    var name: String {
        switch self {
        case .timescaledb(let version): "TimescaleDB \(version)"
        case .emulator: "emulated TimescaleDB"
        }
    }
}

extension Failure {
    init(_ error: SandboxError) {
        self.init(error.message, status: error.kind == .cancelled ? .interrupted : .failed)
        detail = error.detail
        hint = error.hint
    }
}

/// A command that does one thing to one server of the sandbox.
protocol SandboxNodeCommand: UncheckedCommand {
    static var done: String { get }
    var arguments: Arguments { get }
    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError)
}

extension SandboxNodeCommand {
    static func describe(_ verb: String, _ summary: String) -> CommandSyntax {
        CommandSyntax(
            "sandbox \(verb)", summary, operands: [OperandSyntax("NODE", .sandboxNode)],
            options: [OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox")],
            needsConnection: false,
            examples: ["sandbox \(verb) dn2"])
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let node = try SandboxListing.node(arguments.operand("NODE"), of: sandbox, arguments)
        if session.settings.dryRun { return Outcome(text: ["-- would be \(Self.done): \(node.name)"]) }
        do throws(SandboxError) {
            try await act(on: node, of: sandbox)
        } catch {
            throw Failure(error)
        }
        var outcome = Outcome(text: ["\(node.name) \(Self.done)"])
        outcome.changed = true
        return outcome
    }
}

struct SandboxStopCommand: SandboxNodeCommand {
    static let syntax = describe("stop", "Stop a server of the sandbox in order")
    static let done = "stopped"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.stop(node.name)
    }
}

struct SandboxStartCommand: SandboxNodeCommand {
    static let syntax = describe("start", "Start a stopped or killed server of the sandbox")
    static let done = "started"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.start(node.name)
    }
}

struct SandboxKillCommand: SandboxNodeCommand {
    static let syntax = describe("kill", "Kill a server of the sandbox, as a crash would")
    static let done = "killed"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.kill(node.name)
    }
}

struct SandboxFreezeCommand: SandboxNodeCommand {
    static let syntax = describe("freeze", "Freeze a server: it is there, and answers nothing")
    static let done = "frozen"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.freeze(node.name)
    }
}

struct SandboxThawCommand: SandboxNodeCommand {
    static let syntax = describe("thaw", "Let a frozen server of the sandbox go on")
    static let done = "thawed"
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.thaw(node.name)
    }
}

struct SandboxDoubtCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox doubt", "Leave a transaction in doubt on a data node, for healing to find",
        operands: [OperandSyntax("NODE", .sandboxNode)],
        options: [
            OptionSyntax("--committed", "The access node committed it; otherwise it did not"),
            OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox"),
        ], needsConnection: false,
        details: """
            It is what a crash in the midst of a commit leaves. 'heal list' shows it, and 'heal all' ends it: commits \
            it with --committed, and else undoes it.
            """,
        examples: ["sandbox doubt dn2", "sandbox doubt dn2 --committed"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let node = try SandboxListing.node(arguments.operand("NODE"), of: sandbox, arguments)
        if session.settings.dryRun {
            return Outcome(text: ["-- would be left in doubt: a transaction on \(node.name)"])
        }
        do throws(SandboxError) {
            let gid = try await sandbox.doubt(node.name, committed: arguments.has("--committed"))
            var outcome = Outcome(text: ["in doubt on \(node.name): \(gid)"])
            outcome.changed = true
            return outcome
        } catch {
            throw Failure(error)
        }
    }
}

struct SandboxDownCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox down", "Stop the servers of the sandbox",
        options: [
            OptionSyntax("--purge", "Remove their data too"),
            OptionSyntax("--name", "NAME", .newName, offering: .sandboxes, "Which sandbox"),
        ], needsConnection: false, asks: .withOption("--purge"),
        details: "Their data stays, and 'sandbox up' starts them again, unless --purge.",
        examples: ["sandbox down", "sandbox down --name lab --purge"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sandbox = try SandboxListing.find(arguments.value("--name")?.text, in: session)
        let purge = arguments.has("--purge")
        if session.settings.dryRun {
            return Outcome(text: ["-- would be \(purge ? "stopped and removed" : "stopped"): \(sandbox.directory)"])
        }
        if purge { try await session.confirm([sandbox.name], for: arguments) }
        if session.target.sandbox?.name == sandbox.name { await session.disconnect() }
        do throws(SandboxError) {
            try await sandbox.down(purge: purge)
        } catch {
            throw Failure(error)
        }
        var outcome = Outcome(text: ["sandbox \(sandbox.name) is \(purge ? "gone" : "down")"])
        outcome.changed = true
        return outcome
    }
}
