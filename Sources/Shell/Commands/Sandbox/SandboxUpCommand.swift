import ClusterAccess
import CommandLanguage
import Sandbox

struct SandboxUpCommand: ChangingCommand {
    private static let nodes = Option<Int>("--nodes", "N", 1...64, default: 3, "How many data nodes")
    private static let name = Option<Argument?>("--name", "NAME", .newName, default: "default", "Its name")
    private static let directory = Option<Argument?>(
        "--dir", "FOLDER", .file, "Where its data is, if not in tscl's state folder")

    static let syntax = CommandSyntax(
        "sandbox up", group: .sandbox, "Start a cluster of real PostgreSQL servers on this machine",
        options: [nodes, name, directory], changes: true,
        details: """
            One access node (an1) and data nodes (dn1…), each a server of its own that only this user can reach. Where \
            the servers offer TimescaleDB 2.0 to 2.13 it is used; elsewhere an emulator of the multi-node control \
            interface, and status, version and the prompt say so. The data nodes are not added yet: \
            'node add dn{1..3} --host ${sandbox}/dn{1..3}' does that.
            """,
        examples: ["sandbox up", "sandbox up --nodes 5 --name lab"])

    let arguments: Arguments
    private let settings: Sandbox.Settings

    init(_ arguments: Arguments) {
        self.arguments = arguments
        var settings = Sandbox.Settings(caretaker: Caretaker.thisProgram)
        settings.dataNodes = arguments[Self.nodes]
        if let name = arguments[Self.name]?.text { settings.name = name }
        settings.directory = arguments[Self.directory]?.text
        self.settings = settings
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let settings = settings
        let item = Proposal.Item(
            .action("started: sandbox \(settings.name), \(settings.dataNodes.counted("data node"))") {
                let sandbox = try await Sandbox.up(settings) { context.output.message($0) }
                return await Self.outcome(sandbox, context)
            })
        return Proposal([item], concernsNodes: false)
    }

    /// The outcome for a sandbox that is up, which the session then connects to.
    private static func outcome(_ sandbox: Sandbox, _ context: CommandContext) async -> Outcome {
        var outcome = SandboxListing.outcome(sandbox)
        outcome.changed = true
        let count = sandbox.nodes.count - 1
        let range = count == 1 ? "dn1" : "dn{1..\(count)}"
        outcome.text = [
            "sandbox \(sandbox.name) is up: an1 and \(count.counted("data node")), \(sandbox.engine.shownName)"
        ]
        guard let target = ConnectionTarget(sandbox) else { return outcome }
        outcome.effects = [.connect(target, isTold: false)]
        // A sandbox that was started again still has its nodes, so there is no need to add them.
        let connection = AccessNodeConnection(target.cluster)
        let limit = context.cluster.remaining(atMost: .seconds(5))
        let cluster = Cluster(connection, listener: context.cluster.listener).limited(to: limit)
        if let known = try? await cluster.nodes(), known.isEmpty {
            outcome.text.append("next: node add \(range) --host ${sandbox}/\(range)")
        }
        await connection.disconnect()
        return outcome
    }
}
