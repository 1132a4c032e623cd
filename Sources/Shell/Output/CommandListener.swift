import ClusterAccess
import MultiNode
import Postgres

/// Shows and records what one command sends to servers, and shows their notices.
struct CommandListener: ClusterListener {
    let output: Output
    let log: AuditLog?
    let showsSQL: Bool
    /// The command's text for the log.
    let command: String

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) {
        try log?.announce([logged(sql, to: node)])
        if showsSQL { output.statement(sql, node: node) }
    }

    func willSend(
        _ statements: [(sql: SQL, listener: any ClusterListener)], to node: String?
    ) throws(ClusterError) {
        try log?.announce(
            statements.map { sql, listener in
                (listener as? CommandListener ?? self).logged(sql, to: node)
            })
        if showsSQL { for (sql, _) in statements { output.statement(sql, node: node) } }
    }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError) {
        guard let log else { return }
        try log.append(
            logged(sql, to: node), error.map { Failure($0).hiding(output.hiding) }, milliseconds: time.milliseconds)
    }

    private func logged(_ sql: SQL, to node: String?) -> AuditLog.Statement {
        AuditLog.Statement(command: output.hiding(command), node: node, sql: output.hiding(sql))
    }

    func received(_ notice: ServerMessage, from node: String?) { output.notice(notice, node: node) }

    func willReconnect(because reason: String) {
        output.message("note: \(reason); it is opened again")
    }

    func waitsForCommit() { output.message("note: waiting for the answer to COMMIT, which can't be interrupted") }

    func willWait(for wait: ServerWait) -> (@Sendable () -> Void)? {
        guard let sign = output.lifeSign else { return nil }
        let work: LifeSign.Work
        switch wait {
        case .connection(let place): work = .init("connecting to \(place)", patience: .milliseconds(500))
        case .statement(let node): work = .init(node.map { "running on \($0)" } ?? "running", patience: .seconds(2))
        case .work(let text): work = .init(text, patience: .seconds(1))
        }
        let number = sign.begin(work)
        return { sign.end(number) }
    }

    func willWork(on names: [String]) -> (any WorkListener)? { WorkProgress(names, output) }
}

/// Listens for the prompt and Tab. It writes only to the log, because nobody asked for their statements.
struct BackgroundListener: ClusterListener {
    let log: CommandListener

    init(_ output: Output, _ log: AuditLog?) {
        self.log = CommandListener(output: output, log: log, showsSQL: false, command: "completion")
    }

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) { try log.willSend(sql, to: node) }

    func willSend(
        _ statements: [(sql: SQL, listener: any ClusterListener)], to node: String?
    ) throws(ClusterError) { try log.willSend(statements.map { ($0.sql, log) }, to: node) }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError) {
        try log.didSend(sql, to: node, error, took: time)
    }

    func received(_ notice: ServerMessage, from node: String?) {}
    func willReconnect(because reason: String) {}
    func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
