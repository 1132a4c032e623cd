import ClusterAccess
import CommandLanguage
import Rendering
import Sandbox

struct SandboxUpCommand: ChangingCommand {
    private static let nodes = Option<Int>("--nodes", "N", 1...128, default: 3, "How many data nodes")
    private static let name = Option<Argument?>("--name", "NAME", .newName, default: "default", "Its name")
    private static let directory = Option<Argument?>(
        "--dir", "FOLDER", .file, "Where its data is, if not in tscl's state folder")
    private static let authentication = Option<Authentication?>(
        "--auth", "METHOD", of: Authentication.self, "How its servers know who connects; trust, if not given")
    private static let tcp = Flag(
        "--tcp", "Listen on TCP ports of 127.0.0.1, as is always so with password and certificate")

    static let syntax = CommandSyntax(
        "sandbox up", group: .sandbox, "Start a cluster of real PostgreSQL servers on this machine",
        options: [nodes, name, directory, authentication, tcp], changes: true,
        details: """
            One access node (an1) and data nodes (dn1…), each a server of its own that only this user can reach. Where \
            the servers offer TimescaleDB 2.0 to 2.13 it is used; elsewhere an emulator of the multi-node control \
            interface, and status, version and the prompt say so. The data nodes are not added yet: \
            'node add dn{1..3} --host ${sandbox}/dn{1..3}' does that, or with TCP ports the command that is shown.

            With --auth password or certificate the servers are set up as an operator would set them up, on ports of \
            127.0.0.1, and 'help sandbox' says what is where; certificates are made with openssl. With trust --tcp lets \
            every user of this machine in. A sandbox that exists keeps the way it was made for.
            """,
        examples: ["sandbox up", "sandbox up --nodes 5 --name lab", "sandbox up --name secured --auth certificate"])

    static let columns = SandboxListing.columns

    let arguments: Arguments
    private let settings: Sandbox.Settings

    init(_ arguments: Arguments) {
        self.arguments = arguments
        var settings = Sandbox.Settings(caretaker: Caretaker.thisProgram)
        settings.dataNodes = arguments[Self.nodes]
        if let name = arguments[Self.name]?.text { settings.name = name }
        settings.directory = arguments[Self.directory].map { arguments.path($0) }
        settings.authentication = arguments[Self.authentication]
        settings.loopback = arguments[Self.tcp]
        self.settings = settings
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let settings = settings
        if context.settings.dryRun { try Sandbox.requireDown(settings) }
        let item = Proposal.Item(
            .action("started: sandbox \(settings.name), \(settings.dataNodes.counted("data node"))") {
                let sandbox = try await Sandbox.up(settings) { context.output.message("\($0)") }
                return await Self.outcome(sandbox, context)
            })
        return Proposal([item], concernsNodes: false)
    }

    /// The outcome for a sandbox that is up, which the session then connects to.
    private static func outcome(_ sandbox: Sandbox, _ context: CommandContext) async -> Outcome {
        var outcome = SandboxListing.outcome(sandbox)
        outcome.changed = true
        let count = sandbox.nodes.count - 1
        outcome.text = [
            "sandbox \(sandbox.name) is up: an1 and \(count.counted("data node")), \(sandbox.engine.shownName)"
        ]
        if let advice = SandboxListing.psqlAdvice(sandbox) { outcome.text.append(advice) }
        guard let target = ConnectionTarget(sandbox) else { return outcome }
        outcome.effects = [.connect(target, isTold: false)]
        // A sandbox that was started again still has its nodes, so there is no need to add them.
        let connection = AccessNodeConnection(target.cluster)
        let limit = context.cluster.remaining(atMost: .seconds(5))
        let cluster = Cluster(connection, listener: context.cluster.listener).limited(to: limit)
        if let known = try? await cluster.nodes(), known.isEmpty {
            outcome.text.append("next: \(additionCommand(sandbox))")
        }
        await connection.disconnect()
        return outcome
    }

    /// The command that adds all data nodes, to be typed as it is.
    private static func additionCommand(_ sandbox: Sandbox) -> String {
        let nodes = sandbox.nodes.filter { $0.role == .data }
        let range = nodes.count == 1 ? "dn1" : "dn{1..\(nodes.count)}"
        guard sandbox.listensOnLoopback else { return "node add \(range) --host ${sandbox}/\(range)" }
        let ports = nodes.map { String($0.port) }.joined(separator: ",")
        return "node add \(range) --host 127.0.0.1 --port \(nodes.count == 1 ? ports : "{\(ports)}")"
    }
}
