/// What went wrong with a sandbox, in words for the person who asked.
package struct SandboxError: Error, Sendable, Equatable {
    /// The kinds that a caller may want to tell apart.
    package enum Kind: Sendable, Equatable {
        /// No usable PostgreSQL server programs, or not with the engine that was asked for.
        case noServer
        /// A sandbox of this name is up, or is being made.
        case alreadyUp
        /// No sandbox of this name, or no such node in it, or more than one that could be meant.
        case notFound
        /// The node is not in a state in which this can be done.
        case wrongState
        /// A setting that cannot be used.
        case usage
        /// A folder or file could not be made, read or removed.
        case folder
        /// A server did not start, stop or answer.
        case server
        /// A statement on a server of the sandbox failed.
        case statement
        /// The task was cancelled.
        case cancelled
    }

    package let kind: Kind
    package let message: String
    /// More of the cause: the last lines of a server's log, or the server's own words.
    package let detail: String?
    /// What to do about it.
    package let hint: String?

    package init(_ kind: Kind, _ message: String, detail: String? = nil, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.detail = detail
        self.hint = hint
    }

    static func beingMade(_ name: String) -> SandboxError {
        SandboxError(.alreadyUp, "the sandbox \"\(name)\" is being made by another process")
    }
}

extension SandboxError: CustomStringConvertible {
    package var description: String {
        [message, detail.map { "detail: \($0)" }, hint.map { "hint: \($0)" }].compactMap(\.self).joined(separator: "\n")
    }
}
