import Platform
import CommandLanguage
import Sandbox

extension CompletionNames {
    /// The names that need no server.
    init(_ variables: Variables, _ target: ConnectionTarget) {
        self.init()
        self.variables = variables.names
        environment = Environment.names
        let sandboxes = Sandbox.all()
        self.sandboxes = sandboxes.map(\.name)
        let current = target.sandbox?.name ?? "default"
        sandboxNodes = (sandboxes.first { $0.name == current } ?? sandboxes.first)?.nodes.map(\.name) ?? []
    }
}
