package import Postgres

/// Where the access node is.
package struct ClusterTarget: Sendable, Equatable {
    package var parameters: ConnectionParameters
    /// What people call the access node; nil for its address.
    package var label: String?

    package init(_ parameters: ConnectionParameters, label: String? = nil) {
        self.parameters = parameters
        self.label = label
    }
}

/// Who is asked for the password of the access node's role.
package struct Login: Sendable {
    /// Asks a person; nil where there is nobody to ask. It answers nil when it was refused.
    package var ask: (@Sendable (_ user: String?) async -> String?)?
    /// Whether to ask before the server does.
    package var asksAtOnce: Bool

    package init(asksAtOnce: Bool = false, ask: (@Sendable (_ user: String?) async -> String?)? = nil) {
        self.ask = ask
        self.asksAtOnce = asksAtOnce
    }
}
