package import Postgres
package struct SandboxError: Error, Sendable { package let message: String; package let detail: String? }
package struct Sandbox: Sendable {
    package struct Settings: Sendable {
        package var name = "default"; package var dataNodes = 3; package var directory: String?; package init() {}
    }
    package enum Engine: Sendable { case emulator; package var text: String { "emulated" } }
    package struct Node: Sendable {
        package enum Role: String, Sendable { case access, data }; package let name: String; package let role: Role;
        package let port: Int
    }
    package enum State: String, Sendable { case running, stopped, frozen }
    package let name = "", directory = ""; package let nodes: [Node] = []; package let engine = Engine.emulator
    package static func up(_ s: Settings, progress: @Sendable (String) -> Void) async throws(SandboxError) -> Sandbox {
        throw SandboxError(message: "", detail: nil)
    }
    package static func find(name: String?) throws(SandboxError) -> Sandbox? { nil }
    package func status() -> [(Node, State)] { [] }
    package func stop(_ n: Node) async throws(SandboxError) {}
    package func start(_ n: Node) async throws(SandboxError) {}
    package func kill(_ n: Node) async throws(SandboxError) {}
    package func freeze(_ n: Node) async throws(SandboxError) {}
    package func thaw(_ n: Node) async throws(SandboxError) {}
    package func doubt(_ n: String, committed: Bool) async throws(SandboxError) -> String { "" }
    package func down(purge: Bool) async throws(SandboxError) {}
    package func parameters(for n: Node, database: String? = nil) -> ConnectionParameters { ConnectionParameters() }
}
