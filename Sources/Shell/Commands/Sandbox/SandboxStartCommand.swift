import CommandLanguage
import Sandbox

struct SandboxStartCommand: SandboxNodeCommand {
    static let syntax = describe("start", "Start a stopped or killed server of the sandbox")
    static let done = "started"
    static let goal = ServerState.running
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.start(node.name)
    }
}
