import ClusterAccess
import MultiNode
import Postgres

/// The marks of the access node as one run has found them (``AccessNodeMark``).
struct AccessNodeMarks: Sendable {
    let known: Set<String>
    /// Made behind the look at which chunks there are; nil where none was needed, or this role may make none.
    var new: String?

    /// What is recorded with a copy: the mark that the access node has had when the chunk was there.
    func mark(of record: MigratedChunk?) -> String? {
        hasMark(of: record) ? record?.accessMark : new
    }

    func hasMark(of record: MigratedChunk?) -> Bool {
        record?.accessMark.map { known.contains($0) } ?? false
    }

    /// Whether an older state of the access node was brought back since a chunk was copied.
    func hasGoneBack(since record: MigratedChunk) -> Bool { record.accessMark != nil && !hasMark(of: record) }
}

extension Cluster {
    /// - Returns: nil where the rows stay on the access node, and go back together with it.
    func accessNodeMarks(for target: MigrationTarget) async throws(ClusterError) -> AccessNodeMarks? {
        if target.isInPlace { return nil }
        guard try await send(AccessNodeMark.isThere).value == "t" else { return AccessNodeMarks(known: []) }
        return AccessNodeMarks(known: Set(try await send(AccessNodeMark.list).rows.compactMap { $0.first ?? nil }))
    }

    /// - Returns: nil where this role may make none: then nobody can tell, which is the careful way.
    func makeAccessNodeMark() async throws(ClusterError) -> String? {
        do throws(ClusterError) {
            return try await aside { link throws(ClusterError) in
                let statements = [.begin] + AccessNodeMark.creation + [DurableCommit.ofTransaction]
                for statement in statements { try await send(statement, on: link) }
                let mark = try await send(AccessNodeMark.make, on: link).value
                try await send("COMMIT", on: link)
                return mark
            }
        } catch {
            // insufficient_privilege, read_only_sql_transaction
            guard error.sqlstate == "42501" || error.sqlstate == "25006" else { throw error }
            return nil
        }
    }
}
