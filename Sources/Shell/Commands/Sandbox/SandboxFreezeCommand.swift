import CommandLanguage
import Sandbox

struct SandboxFreezeCommand: SandboxNodeCommand {
    static let syntax = describe("freeze", "Freeze a server: it is there, and answers nothing")
    static let done = "frozen"
    static let goal = ServerState.frozen
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func act(on node: Node, of sandbox: Sandbox) async throws(SandboxError) {
        try await sandbox.freeze(node.name)
    }
}
