/// How the servers of a sandbox find out who connects to them.
package enum Authentication: String, Sendable, CaseIterable {
    /// They believe it: whoever reaches them gets in.
    case trust
    /// By a password (scram-sha-256). The access node has those of its roles in `timescaledb.passfile`.
    case password
    /// By a certificate of the sandbox's own authority, over TLS. The access node has those of its roles in
    /// `timescaledb.ssl_dir`.
    case certificate
}
