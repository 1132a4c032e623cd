import CommandLanguage
import Sandbox

struct SandboxKillCommand: SandboxNodeCommand {
    static let syntax = describe("kill", "Kill a server of the sandbox, as a crash would")
    static let done = "killed"
    static let goal = ServerState.stopped
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.kill(node.name)
    }
}
