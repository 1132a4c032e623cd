package import Postgres

/// Where the access node is.
package struct ClusterTarget: Sendable, Equatable {
    package var parameters: ConnectionParameters
    /// The user's name for the access node; nil to use its address.
    package var label: String?
    /// Why nothing is connected to, as long as it is not known which server is meant.
    package var refusal: String?

    package init(_ parameters: ConnectionParameters, label: String? = nil, refusal: String? = nil) {
        self.parameters = parameters
        self.label = label
        self.refusal = refusal
    }
}

/// How to get the password of the access node's role.
package struct Login: Sendable {
    /// Asks a person, and returns nil if that person gives no password; nil if there is nobody to ask.
    package var ask: (@Sendable (_ user: String?) async -> String?)?
    /// Whether to ask before the server does.
    package var asksAtOnce: Bool

    package init(asksAtOnce: Bool = false, ask: (@Sendable (_ user: String?) async -> String?)? = nil) {
        self.ask = ask
        self.asksAtOnce = asksAtOnce
    }
}
