import MultiNode
import Platform
import Postgres

/// What somebody wrote may set client_encoding, by SET or within a function. Then the server would take what comes behind it
/// for text in that encoding, and would send such text: both would be destroyed without a word.
extension Cluster {
    /// Why the answer to what somebody wrote can't be taken for what the server has, if it can't.
    static func encodingFault(in result: QueryResult, of sql: SQL, from node: String?) -> ClusterError? {
        guard sql.isWritten else { return nil }
        if let encoding = result.otherEncoding {
            var error = ClusterError(
                "client_encoding was set to \(encoding), and is UTF8 again: everything is sent and shown in UTF-8",
                node: node,
                remedy:
                    "COPY has an encoding of its own, WITH (ENCODING '\(encoding)'); pg_dump -E UTF8 makes a dump in UTF-8"
            )
            error.tookEffect = nil
            return error
        }
        return result.undecodedColumn.map { ClusterError(undecoded: $0, node: node) }
    }

    /// Has the session speak UTF-8 again where it was made to speak another encoding. It does at any price: where it can't
    /// be told, the connection is closed.
    @LoopActor func putBackEncoding(after sql: SQL, on link: any Link, node: String?) async {
        guard sql.isWritten, link.isOpen else { return }
        let isDone = await evenIfInterrupted { cluster in
            (try? await cluster.deliver("SET client_encoding TO 'UTF8'", on: link, node: node)) != nil
        }
        if !isDone { link.close() }
    }
}

extension ClusterError {
    /// - Parameter column: the column of the value that is not UTF-8; nil where it is not known.
    package init(undecoded column: String?, node: String? = nil) {
        self.init(
            "a value \(column.map { "of \(Quoting.identifier($0)) " } ?? "")is not UTF-8, in which everything is shown",
            node: node,
            remedy: "COPY … TO STDOUT writes its bytes as they are, …::text::bytea shows them")
        tookEffect = nil
    }
}
