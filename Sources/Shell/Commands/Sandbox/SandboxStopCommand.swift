import CommandLanguage
import Sandbox

struct SandboxStopCommand: SandboxNodeCommand {
    static let syntax = describe("stop", "Stop a server of the sandbox in order")
    static let done = "stopped"
    static let goal = ServerState.stopped
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.stop(node.name)
    }
}
