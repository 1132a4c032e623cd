/// A fault that a check found, or something that may become one.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable {
        /// Something does not work, or data is in danger.
        case error
        case warning
        /// No fault: something that could not be looked at from here.
        case note
    }

    package let severity: Severity
    /// The access node, a data node, or a hypertable.
    package let place: String
    /// What is the matter, and why it matters.
    package let text: String
    /// The command that repairs it, or what to do by hand if no command can.
    package let remedy: String

    package static let accessNode = "access node"

    package init(_ severity: Severity, _ place: String, _ text: String, remedy: String) {
        self.severity = severity
        self.place = place
        self.text = text
        self.remedy = remedy
    }
}
