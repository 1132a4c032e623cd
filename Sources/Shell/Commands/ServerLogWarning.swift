import ClusterAccess
import MultiNode
import Postgres

extension CommandContext {
    /// Says before a password is sent whether it may get into the log of the access node's server. Only a superuser can
    /// keep it out.
    func tellOfServerLog(ofMappings: Bool = false) async throws(ClusterError) {
        let reasons = try await cluster.send(ofMappings ? ValueLogging.reasonsOfMappings : ValueLogging.reasons).rows
            .compactMap { $0.first ?? nil }
        guard !reasons.isEmpty else { return }
        let help =
            ofMappings
            ? "a superuser keeps it out of there, and so do log_parameter_max_length = 0, log_lock_waits = off and "
                + "pg_stat_statements.track = top"
            : "a superuser keeps it out of the log, and so does log_parameter_max_length = 0"
        output.message(
            "warning: the access node's server may log the password, because of \(reasons.joined(separator: ", "))\n"
                + "  help: \(help)")
    }
}
