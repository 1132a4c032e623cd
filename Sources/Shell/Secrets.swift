/// Tells what must not be shown or stored.
package enum Secrets {
    /// Whether a conninfo string or URI holds a password.
    package static func areIn(conninfo text: String) -> Bool {
        let lowered = text.lowercased()
        if lowered.contains("password=") || lowered.contains("password =") { return true }
        // scheme://user:password@host
        guard let scheme = lowered.firstRange(of: "://") else { return false }
        let authority = lowered[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }

    /// Whether a line of commands must not get into the history.
    package static func areIn(line: String) -> Bool {
        areIn(conninfo: line) || line.contains("--secret")
    }
}
