/// Finds what is wrong with a cluster from the answers of its servers. The `check` command combines these findings.
package enum ClusterCheck {
    /// The number of rows above which the transaction log is reported; a log that is healed regularly has next to none.
    static let longLog = 10_000
    /// Seconds after which a prepared transaction counts as in doubt; a younger one may be just about to commit.
    static let stale = 60
    /// Seconds after which a transaction that is still open is worth a look.
    static let old = 3600

    /// For a standby: the address of its primary, as options; NULL where it follows none, or the role may not see it.
    package static let primary: SQL = """
        SELECT '-h ' || sender_host || ' -p ' || sender_port AS address FROM pg_catalog.pg_stat_wal_receiver
        """

    /// - Parameter primary: the address of its primary, if it is a standby and tells.
    package static func accessNode(_ server: Capabilities, primary: String? = nil) -> [Finding] {
        var findings: [Finding] = []
        if !server.isSuperuser {
            findings.append(
                Finding(
                    .warning, Finding.accessNode,
                    "\(server.user) is no superuser: not all can be looked at, and healing needs one",
                    remedy: "connect as a superuser: -U NAME"))
        }
        if server.isInRecovery {
            findings.append(
                Finding(
                    .error, Finding.accessNode, "the server is in recovery, a standby: nothing can be changed",
                    remedy: "connect to the primary: \(primary ?? "-h HOST")"))
        }
        return findings
    }

    /// - Parameters:
    ///   - job: the healing job; nil if there is none.
    ///   - hasNodes: whether there are data nodes: without one nothing comes to be in doubt.
    ///   - jobsWait: whether this server lets jobs wait longer and longer, so that healing is better done from outside.
    ///   - logLengths: the number of rows in the transaction log for each node.
    package static func healing(
        _ job: Job?, hasNodes: Bool, jobsWait: Bool, logLengths: [(node: String, rows: Int)]
    ) -> [Finding] {
        var findings: [Finding] = []
        func add(_ severity: Finding.Severity, _ text: String, _ remedy: String) {
            findings.append(Finding(severity, Finding.accessNode, text, remedy: remedy))
        }
        if let job {
            if !job.isScheduled, !job.hasFailed || job.isOnlyRecordedAsFailed {
                add(.warning, "the healing job is paused: transactions stay in doubt", "job resume \(job.id)")
            }
        } else if hasNodes {
            add(
                .warning, "there is no healing job: transactions stay in doubt, and the transaction log grows",
                jobsWait
                    ? "heal schedule --print cron, or systemd, where nothing heals from outside yet" : "heal schedule")
        }
        for (node, rows) in logLengths where rows > longLog {
            add(
                .warning, "the transaction log has \(rows) rows for \(node): healing never finishes",
                "heal \(word: node)")
        }
        return findings
    }

    package enum Reach: Sendable {
        case down, hanging
        /// It answers and opens no session; nil where its SQLSTATE tells nothing that is known.
        case refused(ConnectionRefusal?, ServerDatabases? = nil)
        /// The server asks for a password, and none was given.
        case needsPassword
        /// It does not show what the asked `sslmode` wants.
        case unproved(remedy: String?)
        /// It lets in, and does not tell what it is asked.
        case untold(remedy: String?)
    }

    /// - Parameter message: why it was not reached.
    package static func unreached(_ node: DataNode, _ reach: Reach, _ message: String) -> Finding {
        let meanwhile = node.isAvailable ? "node disable \(word: node.name)" : nil
        let node = node.name
        return switch reach {
        case .down:
            Finding(
                .error, node, "it can't be reached: \(message)",
                remedy: "start its server"
                    + (meanwhile.map { "; until then '\($0)' lets reads go to other replicas" } ?? ""))
        case .hanging:
            Finding(
                .error, node, "it does not answer: \(message)",
                remedy:
                    "find out what its server is waiting for, or what keeps packets from it (firewalls, routes)"
                    + (meanwhile.map { "; '\($0)' lets reads go to other replicas" } ?? ""))
        case .refused(let refusal, let databases):
            Finding(
                .error, node, "it refuses the connection: \(message)",
                remedy: refusal?.remedy(for: node, databases)
                    ?? "the message says why; the log of its server may say more")
        case .needsPassword:
            Finding(
                .error, node, "it wants a password, and there is none: \(message)",
                remedy: "give this role's password there: .pgpass has a line for each server, -W asks for one for all")
        case .unproved(let remedy):
            Finding(
                .error, node, "it does not prove itself as sslmode asks: \(message)",
                remedy: remedy ?? "the message says why; the log of its server may say more")
        case .untold(let remedy):
            Finding(
                .error, node, "it does not tell what it is asked: \(message)",
                remedy: remedy ?? "connect as a superuser: -U NAME")
        }
    }

    /// - Parameter answers: whether it does.
    package static func availability(_ node: DataNode, answers: Bool) -> [Finding] {
        if node.isAvailable { return [] }
        return [
            Finding(
                .error, node.name, "it is marked unavailable: it is neither read, written nor healed",
                remedy: "node enable \(word: node.name)\(answers ? "" : ", once it answers")")
        ]
    }

    /// - Parameters:
    ///   - committed: those of the transactions that the access node has in its log of commits.
    ///   - snapshot: the access node's.
    package static func transactions(
        on node: DataNode, _ all: [InDoubtTransaction], committed: Set<String>, _ snapshot: TransactionSnapshot
    ) -> [Finding] {
        var findings: [Finding] = []
        func add(_ severity: Finding.Severity, _ text: String, _ remedy: String) {
            findings.append(Finding(severity, node.name, text, remedy: remedy))
        }
        let unknown = all.filter { $0.ageSeconds > stale && $0.isOfAnother(than: node, snapshot) }
        for transaction in unknown {
            add(
                .error, InDoubtTransaction.isUnknown(transaction.gid), transaction.endingUnknown(on: node)
            )
        }
        let transactions = all.filter { !unknown.contains($0) }.map {
            (transaction: $0, verdict: $0.verdict(on: node, committed: committed, snapshot))
        }
        let resolvable = transactions.filter {
            ($0.verdict == .commit || $0.verdict == .abort) && $0.transaction.ageSeconds > stale
        }
        if let oldest = resolvable.map(\.transaction.ageSeconds).max() {
            let plural = resolvable.count == 1 ? "transaction is" : "transactions are"
            add(
                .error,
                "\(resolvable.count) \(plural) in doubt, for \(age(oldest)): rows are locked, and VACUUM is held back",
                "heal \(word: node.name)")
        }
        for (transaction, verdict) in transactions {
            let (gid, old) = (transaction.gid, transaction.ageSeconds > old)
            switch verdict {
            case .malformed:
                add(
                    .error, "the prepared transaction \(gid) has a malformed id: it blocks the healing of the node",
                    "on the node, in psql: ROLLBACK PREPARED \(Quoting.literal(gid)); then heal \(word: node.name)")
            case .inProgress where old:
                add(
                    .warning, "the transaction \(gid) is open on the access node for \(age(transaction.ageSeconds))",
                    "end the session that holds it: SELECT pid, state, query FROM pg_stat_activity WHERE state <> 'idle';"
                )
            case .foreign where old:
                add(
                    .warning,
                    "the prepared transaction \(gid), which is not TimescaleDB's, is \(age(transaction.ageSeconds)) old: VACUUM "
                        + "is held back", "who made it ends it: COMMIT PREPARED or ROLLBACK PREPARED on the node")
            default: break
            }
        }
        return findings
    }

    package static func roles(_ differences: [RoleDifference]) -> [Finding] {
        differences.map { difference in
            let role = difference.role
            if difference.mappedTo != nil, difference.kind != .usage { return mapping(difference) }
            switch difference.kind {
            case .missing:
                return Finding(
                    .error, difference.node, "the role \(role) is missing: what it does fails there",
                    remedy: "role sync \(word: role)")
            case .usage:
                return Finding(
                    .warning, difference.node, "\(role) lacks USAGE of it: its new hypertables leave the node out",
                    remedy: "role grant \(word: role) --nodes \(word: difference.node)")
            case .attribute, .membership:
                return Finding(
                    .warning, difference.node,
                    "the role \(role) differs: \(difference.actual), and \(difference.expected) on the access node",
                    remedy: "role sync \(word: role)")
            }
        }
    }

    /// A user mapping that leads to a role that is not there or is another in kind.
    private static func mapping(_ difference: RoleDifference) -> Finding {
        let (role, node, other) = (difference.role, difference.node, difference.mappedTo ?? difference.role)
        let owner = difference.isByPublic ? "public, which counts for \(role)," : role
        if difference.kind == .missing {
            return Finding(
                .error, node, "the user mapping of \(owner) leads to the role \(other), which is missing there",
                remedy:
                    "exec --on \(word: node) CREATE ROLE \(Quoting.identifier(other)) LOGIN, and give it the password that the "
                    + "access node has for it; or 'role map \(word: role) --on \(word: node) --as ROLE'"
            )
        }
        return Finding(
            .warning, node,
            "the role \(other), to which the user mapping of \(owner) leads, differs: \(difference.actual), and "
                + "\(difference.expected) expected",
            remedy: "exec --on \(word: node) ALTER ROLE \(Quoting.identifier(other)) as it should be")
    }

    /// - Parameter message: why its chunks were not counted, though it answered otherwise.
    package static func uncountedChunks(of node: String, _ message: String) -> Finding {
        Finding(
            .error, node, "whether its chunks are all there is not known: \(message)",
            remedy: "let this role read the schema _timescaledb_catalog there, or connect as a superuser: -U NAME")
    }

    /// - Parameter message: why that was not read, though it answered otherwise.
    package static func unreadStrays(of node: String, _ message: String) -> Finding {
        Finding(
            .error, node, "whether it has chunks that the access node does not know was not found out: \(message)",
            remedy: "let this role read the schema _timescaledb_catalog there, or connect as a superuser: -U NAME")
    }

    /// - Parameter message: why the access node did not answer to the end.
    package static func unfinished(_ message: String) -> Finding {
        Finding(
            .error, Finding.accessNode, "it did not answer to the end: \(message); what is told here is not all",
            remedy: "check again when it answers; --timeout gives it more time")
    }

    /// - Parameter message: why its roles were not read, though it answered otherwise.
    package static func unreadRoles(of node: String, _ message: String) -> Finding {
        Finding(
            .error, node, "its roles can't be compared with the access node's: \(message)",
            remedy: "let this role read pg_roles and pg_auth_members there, or connect as a superuser: -U NAME")
    }

    /// - Parameter message: why its grants were not read, though it answered otherwise.
    package static func unreadGrants(of node: String, _ message: String) -> Finding {
        Finding(
            .error, node, "its schemas and grants can't be compared with the access node's: \(message)",
            remedy: "let this role read the schema _timescaledb_catalog there, or connect as a superuser: -U NAME")
    }

    /// Hypertables whose ``AggregateTrigger`` is not as it has to be.
    package static func wrongTriggers(on node: String, _ tables: [TableName]) -> [Finding] {
        tables.map { table in
            Finding(
                .error, node,
                "\(table.shownName) can't be written to there, as it had continuous aggregates when the node was attached: a write fails, or ends the server (2.9)",
                remedy: "node attach \(word: node) --to \(word: table.shownName) --if-not-attached")
        }
    }

    package static func idleSlots(on node: String, _ facts: NodeFacts) -> [Finding] {
        facts.idleCopySlots.map { slot in
            Finding(
                .error, node, "the replication slot \(slot) of a chunk copy is left behind: WAL piles up on its disk",
                remedy: "exec --on \(word: node) SELECT pg_drop_replication_slot(\(Quoting.literal(slot)))")
        }
    }

    /// A setting that moves of chunks change for as long as they last, on the whole server.
    package static func leftHaste(on node: DataNode, _ facts: NodeFacts) -> [Finding] {
        facts.leftHaste.map { database in
            let place = database == node.database ? "" : " in the database \(database) of that server"
            return Finding(
                .warning, node.name,
                "\(RetryInterval.name) is still what a tscl had set for its moves of chunks\(place), which was killed or could not reach the node again",
                remedy: "chunk cleanup")
        }
    }

    /// A short age, rounded down to one unit: `95 s`, `12 min`, `3 h`, `2 d`.
    static func age(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
