import CommandLanguage
import Sandbox

struct SandboxThawCommand: SandboxNodeCommand {
    static let syntax = describe("thaw", "Let a frozen server of the sandbox go on")
    static let done = "thawed"
    static let goal = ServerState.running
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.thaw(node.name)
    }
}
