/// To which points a server was restored, as its timelines tell. PostgreSQL manual, "Timelines".
package struct RecoveryHistory: Sendable, Equatable {
    package let timeline: Int
    /// Why each timeline but the first began, oldest first, as PostgreSQL writes it into the history file.
    package let reasons: [String]

    /// - Parameter text: of ``column``.
    package init?(_ text: String) {
        var lines = text.split(separator: "\n").map(String.init)
        guard let first = lines.first, let timeline = Int(first) else { return nil }
        lines.removeFirst()
        self.timeline = timeline
        reasons = lines.compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 2)
            return parts.count == 3 ? String(parts[2]) : nil
        }
    }

    /// An expression: the timeline and the end of its history file; NULL if the role is no superuser. `ts_stat` runs a
    /// query from its text, because a role that may not call a function may not name it either.
    static let column: SQL = """
        CASE WHEN pg_catalog.current_setting('is_superuser') = 'on' THEN (
                    SELECT word FROM pg_catalog.ts_stat(
                    'SELECT pg_catalog.array_to_tsvector(ARRAY[timeline_id || pg_catalog.chr(10) || COALESCE(pg_catalog.right(
                            pg_catalog.pg_read_file(''pg_wal/'' || pg_catalog.lpad(pg_catalog.upper(
                            pg_catalog.to_hex(timeline_id)), 8, ''0'') || ''.history'', 0, 100000, true), 500), '''')])
                       FROM pg_catalog.pg_control_checkpoint()'))
               END
        """

    /// The reasons of restores that ended before the last transaction. A standby that was promoted has lost nothing.
    private var targets: [String] { reasons.filter { !$0.hasPrefix("no recovery target") } }

    /// The point that it was restored to last.
    private var target: String? { targets.last }

    /// Whether it was restored to a point before its end.
    package var wasRestored: Bool { target != nil }

    /// Whether it was restored to that point, too. What is no restore point is another moment on each server.
    private func has(_ target: String) -> Bool {
        target.hasPrefix("at restore point") ? targets.contains(target) : !targets.isEmpty
    }

    /// Servers of which some were restored to a point, and others were not.
    ///
    /// - Parameter nodes: the data nodes that told.
    package static func findings(
        _ accessNode: RecoveryHistory?, _ nodes: [(node: String, history: RecoveryHistory)]
    ) -> [Finding] {
        guard let accessNode else { return [] }
        let remedy =
            "restore all servers to one restore point of 'restore-point create'; where that is not possible, stop the "
            + "writers and compare what the nodes hold with what is expected"
        guard let target = accessNode.target else {
            return nodes.compactMap { node, history in
                history.target.map {
                    Finding(
                        .warning, node,
                        "it was restored (\($0)), and the access node was not: it may lack what the access node knows of",
                        remedy: remedy)
                }
            }
        }
        let others = nodes.filter { !$0.history.has(target) }.map(\.node)
        if others.isEmpty { return [] }
        let text =
            "it was restored (\(target)), and \(others.listed) \(others.count == 1 ? "was" : "were") not, "
            + "or to another point: what was done since is on the data nodes alone, or in doubt"
        return [Finding(.warning, Finding.accessNode, text, remedy: remedy)]
    }
}
