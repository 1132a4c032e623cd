import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

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
