import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Sandbox

struct SandboxUpCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sandbox up", group: .sandbox, "Start a cluster of real PostgreSQL servers on this machine",
        options: [
            OptionSyntax("--nodes", "N", .integer(1...64), "How many data nodes (3)"),
            OptionSyntax("--name", "NAME", .newName, "Its name (default)"),
            OptionSyntax("--dir", "FOLDER", .file, "Where its data is, if not in tscl's state folder"),
        ],
        details: """
            One access node (an1) and data nodes (dn1…), each a server of its own that only this user can reach. Where \
            the servers offer TimescaleDB 2.0 to 2.13 it is used; elsewhere an emulator of the multi-node control \
            interface, and status, version and the prompt say so. The data nodes are not added yet: \
            'node add dn{1..3} --host ${sandbox}/dn{1..3}' does that.
            """,
        examples: ["sandbox up", "sandbox up --nodes 5 --name lab"])

    let settings: Sandbox.Settings

    init(_ arguments: Arguments) {
        var settings = Sandbox.Settings(caretaker: Caretaker.thisProgram)
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
