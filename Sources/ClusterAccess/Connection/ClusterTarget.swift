package import Postgres

/// Where the access node is.
package struct ClusterTarget: Sendable, Equatable {
    package var parameters: ConnectionParameters
    /// The user's name for the access node; nil to use its address.
    package var label: String?
    /// Why nothing is connected to, as long as it is not known which server is meant.
    package var refusal: String?
    /// What starts the server, said where nothing answers there; nil where that is not known.
    package var start: String?

    /// Where it is, as a person would say it.
    package var place: String {
        if let label { return label }
        guard let host = parameters["host"] ?? parameters["hostaddr"] else { return "the access node" }
        return parameters["port"].map { "\(host):\($0)" } ?? host
    }

    package init(
        _ parameters: ConnectionParameters, label: String? = nil, refusal: String? = nil, start: String? = nil
    ) {
        self.parameters = parameters
        self.label = label
        self.refusal = refusal
        self.start = start
    }
}

/// How to get the password of the access node's role.
package struct Login: Sendable {
    /// Asks a person for the password of a user; nil if the person gives none, `.interrupted` thrown after Ctrl-C.
    ///
    /// - Parameter isAgain: whether the one before was wrong.
    package typealias Question = @Sendable (_ user: String?, _ isAgain: Bool) async throws(ClusterError) -> String?

    /// How often a person may be wrong.
    static let attempts = 3

    /// Nil if there is nobody to ask.
    package var ask: Question?
    /// Whether to ask before the server does.
    package var asksAtOnce: Bool

    package init(asksAtOnce: Bool = false, ask: Question? = nil) {
        self.ask = ask
        self.asksAtOnce = asksAtOnce
    }
}
