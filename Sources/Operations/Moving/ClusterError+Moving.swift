package import ClusterAccess
package import MultiNode

extension ClusterError {
    /// - Parameters:
    ///   - expected: how long the copy takes.
    ///   - limit: how long writers may wait.
    static func overtaken(
        _ chunk: Chunk, _ source: String, _ destination: String, _ expected: Duration, within limit: Duration
    ) -> ClusterError {
        let seconds = Int((expected / .seconds(1)).rounded(.up)) * 2
        return ClusterError(
            "\(chunk.name.shownName) was written to while it was copied from \(source) to \(destination), each time: the copies "
                + "were dropped again, and no row is lost",
            remedy: limit < .seconds(seconds)
                ? "run it again when less is written, above all by the chunk's own name, or let writers wait for the copy: "
                    + "--max-lock \(seconds)s"
                : "run it again when less is written, above all by the chunk's own name, and by transactions that have read on "
                    + "\(source) before: for their end a copy waits, as they wait for it")
    }

    static func fails(_ chunk: Chunk, _ source: String, _ destination: String) -> ClusterError {
        ClusterError(
            "the workers that copy \(chunk.name.shownName) from \(source) to \(destination) failed, or had nothing left to "
                + "copy while it was not done, although nobody wrote through the access node",
            remedy:
                "the log of \(destination)'s server tells why; a job that compresses or decompresses there is one reason: "
                + "run it again when that is over")
    }

    /// - Parameters:
    ///   - limit: tscl's own, behind which the copy was ended. One that is made while writers wait has no more than their time.
    ///   - wait: what it waited for in the end, if that is known.
    static func isTooLong(
        _ chunk: Chunk, _ source: String, _ destination: String, _ limit: Duration, _ wait: CopyWait?
    ) -> ClusterError {
        ClusterError(
            "\(chunk.name.shownName) could not be copied from \(source) to \(destination) in \(Int(limit / .seconds(1))) s: "
                + "it \(wait.map { "waited for \($0.text)" } ?? "was at work all the time"), and was ended",
            remedy: wait?.remedyAfterwards
                ?? (limit < CopyEstimate.limit(0)
                    ? "run it again when less is written, so that writers need not wait for the copy, or let them wait longer: "
                        + "--max-lock \(Int(limit / .seconds(1)) * 4)s"
                    : "run it again when there is less to do on these nodes, or with --parallel 1"))
    }

    static func notSettled(_ chunk: Chunk, _ source: String, _ destination: String) -> ClusterError {
        ClusterError(
            "\(chunk.name.shownName) differs on \(destination) from \(source) each time, although nobody wrote to the hypertable: the "
                + "copies were dropped again, and no row is lost",
            remedy:
                "what writes to the chunk by its own name, or on \(source) itself, is to pause; "
                + "'heal \(Quoting.word(source))' ends what is in doubt there; then run it again"
        )
    }

    /// - Parameter wait: what it waited for.
    static func isUnheld(_ chunk: Chunk, _ wait: String) -> ClusterError {
        var error = ClusterError(
            "\(chunk.name.shownName) could not be locked behind its copy, at each of several attempts: it waited for \(wait)",
            remedy: "have those that write to it by its own name pause; then run it again")
        error.sqlstate = "55P03"
        return error
    }

    static func outrun(_ chunk: Chunk, _ destination: String, attempts: Int) -> ClusterError {
        ClusterError(
            "each time of \(attempts) a COPY had waited while \(chunk.name.shownName) was copied to \(destination), and then wrote "
                + "to the old copies alone: the new one was dropped again, and no row is lost",
            remedy: "run it again when no COPY is at work; INSERTs do no harm")
    }

    /// - Parameter attempts: how often it stood still.
    static func standsStill(_ chunk: Chunk, _ standstill: HoldStandstill, _ attempts: Int) -> ClusterError {
        ClusterError(
            "\(attempts) times those that write to \(chunk.table.shownName) were held for \(chunk.name.shownName) and let go again: "
                + "it waited each time for \(standstill.text(of: chunk.table)); no row is lost",
            remedy: standstill.remedy)
    }

    /// Before anything is copied: the access node and the source have something else of the chunk.
    static func isAskew(_ chunk: Chunk, _ source: String, _ cause: CopyRestating) -> ClusterError {
        ClusterError(
            "\(cause.text(of: chunk.name, on: source)): no copy of it could be proved, and so none was made",
            remedy: cause.remedy(chunk.name, of: chunk.table))
    }

    /// Before anything is copied.
    static func lacksValues(_ chunk: Chunk) -> ClusterError {
        ClusterError(
            "\(MissingValues.text(chunk.name)): none was made",
            remedy: "\(MissingValues.remedy(chunk.name)); then run it again")
    }

    static func isRestated(_ chunk: Chunk, _ cause: CopyRestating) -> ClusterError {
        switch cause {
        case .rowsUnnoted:
            ClusterError(
                "the copies of \(chunk.name.shownName) have the same rows, and not the same status: rows were added as it was "
                    + "compressed, and the access node does not know of them, as its nodes do",
                remedy: cause.remedy(chunk.name, of: chunk.table))
        case .rowsAdded:
            ClusterError(
                "the copies of \(chunk.name.shownName) have the same rows, and not the same status: rows were added since it was "
                    + "compressed, which this version of TimescaleDB loses sight of in a copy, or it was compressed meanwhile",
                remedy: "run it again when no compression job is at work; if that does not help: "
                    + cause.remedy(chunk.name, of: chunk.table))
        case .compression:
            // For the access node there is nothing to recompress.
            ClusterError(
                "the copies of \(chunk.name.shownName) have the same rows, and not the same status: it was compressed or "
                    + "decompressed meanwhile, or on one of the nodes alone",
                remedy: "run it again when no compression job is at work; if that does not help: "
                    + cause.remedy(chunk.name, of: chunk.table))
        }
    }

    /// - Parameter rows: how many rows each copy has.
    /// - Parameter node: whose copy was to be dropped.
    package static func differs(_ chunk: Chunk, from node: String, _ rows: [String: Int]) -> ClusterError {
        let counts = rows.sorted { $0.key < $1.key }.map { "\($0.value) on \($0.key)" }.joined(separator: ", ")
        let table = Quoting.word(chunk.table.description)
        var error = ClusterError(
            "the copies of \(chunk.name.shownName) differ, so that the one on \(node) stays: rows \(counts)",
            remedy:
                "'chunk verify \(table)' shows which rows each lacks, 'hypertable repair \(table)' makes those anew that are not right"
        )
        error.isFinal = true
        return error
    }

    /// - Parameter nodes: whose copies would be those that stay.
    static func isUnavailable(_ chunk: Chunk, on nodes: [String]) -> ClusterError {
        let words = nodes.map(Quoting.word).joined(separator: " ")
        return ClusterError(
            "\(nodes.listed) \(nodes.count == 1 ? "was" : "were") marked unavailable meanwhile, so that no other copy of \(chunk.name.shownName) goes",
            remedy: "'node enable \(words)' undoes that; then run it again")
    }

    /// - Parameter wait: what the last attempt waited for, if that is known.
    static func isNotHeld(_ chunk: Chunk, attempts: Int, _ wait: CopyWait?) -> ClusterError {
        var error = ClusterError(
            "\(chunk.table.shownName) could not be locked for the comparison of \(chunk.name.shownName), \(attempts) times: it waited for "
                + (wait?.text ?? "those that write to it"),
            remedy: wait?.remedyAfterwards)
        error.sqlstate = "55P03"
        return error
    }

    /// The same where the transaction that it broke off has changed nothing, and may be tried again.
    func asUndone(_ sqlstate: String) -> ClusterError {
        var error = self
        error.sqlstate = sqlstate
        return error
    }

    /// - Parameter node: one that had not told its rows when the time was over.
    static func isNotCompared(_ chunk: Chunk, on node: String) -> ClusterError {
        ClusterError(
            "\(node) could not read \(chunk.name.shownName) in the time that writers may wait for the comparison: no copy counts "
                + "that was not compared, and no row is lost",
            kind: .timedOut, node: node,
            remedy: "let writers wait longer, as with --max-lock 60s, or run it again when \(node) has less to do")
    }

    /// What is done while writers wait took all of that time.
    ///
    /// - Parameters:
    ///   - what: took too long, as a noun.
    ///   - node: where it was done; nil where it was the access node that did it, together with the nodes.
    ///   - silent: the nodes that do not answer, on which it hangs.
    static func tookTooLong(
        _ what: String, of chunk: Chunk, on node: String?, silent: [String]
    ) -> ClusterError {
        let place = node.map { " on \($0)" } ?? ""
        return ClusterError(
            "\(what) of \(chunk.name.shownName)\(place) took longer than writers may wait"
                + (silent.isEmpty ? "" : ", for \(CopyWait.silent(silent).text)")
                + ": it was undone, no copy counts that was not compared, and no row is lost",
            kind: .timedOut, node: node ?? (silent.count == 1 ? silent[0] : nil),
            remedy: silent.isEmpty
                ? "let writers wait longer, as with --max-lock 60s, or run it again when less reads and writes the hypertable"
                : "'node ping \(silent.map(Quoting.word).joined(separator: " "))' tells more; run it again when "
                    + "\(silent.count == 1 ? "it answers" : "they answer")")
    }

    /// Open sessions were to look anew where a chunk is, before anybody was made to wait.
    ///
    /// - Parameter silent: the nodes that do not answer, on which it hangs.
    static func isNotTold(_ chunk: Chunk, in limit: Duration, silent: [String]) -> ClusterError {
        ClusterError(
            "the access node took longer than \(Int(limit / .seconds(1))) s to tell its sessions where \(chunk.name.shownName) is"
                + (silent.isEmpty ? "" : ", for \(CopyWait.silent(silent).text)")
                + ": nobody was made to wait, and nothing was copied",
            kind: .timedOut, node: silent.count == 1 ? silent[0] : nil,
            remedy: silent.isEmpty
                ? "run it again when the access node has less to do"
                : "'node ping \(silent.map(Quoting.word).joined(separator: " "))' tells more; run it again when "
                    + "\(silent.count == 1 ? "it answers" : "they answer")")
    }

    /// A node at which steps have failed.
    static func isGone(_ node: String) -> ClusterError {
        let word = Quoting.word(node)
        return ClusterError(
            "\(node) does not answer any more, and so nothing further was begun to or from it", kind: .connectionFailed,
            node: node,
            remedy: "'node ping \(word)' tells more; when it is back, run it again; where it is gone for good: "
                + "'node abandon \(word) --lose-data', and run it again")
    }

    /// A node to which a copy has failed.
    static func isFull(_ node: String) -> ClusterError {
        var error = ClusterError(
            "the disk of \(node) is full, and so nothing further was begun to it", node: node,
            remedy: "have room there, or have others take it, as with --to; then run it again")
        error.sqlstate = diskFull
        return error
    }

    /// A worker on the destination has found no room.
    static func hasNoRoom(_ chunk: Chunk, on node: String) -> ClusterError {
        var error = ClusterError(
            "the disk of \(node) is full: there was no room for the copy of \(chunk.name.shownName)", node: node,
            remedy: "have room there, or have others take it, as with --to; then run it again")
        error.sqlstate = diskFull
        return error
    }

    /// The session of the source that sends the rows is of a role whose statements are ended before that is done.
    static func isEnded(
        _ chunk: Chunk, _ source: String, _ destination: String, by limit: SessionLimit
    ) -> ClusterError {
        var error = ClusterError(
            "\(source) ended the sending of \(chunk.name.shownName) to \(destination) each time: \(limit.text) there",
            node: source, remedy: "\(limit.remedy(on: source)); then run it again")
        error.sqlstate = "57014"
        return error
    }

    private static let diskFull = "53100"

    /// disk_full: appendix A of the PostgreSQL manual.
    package var isOfFullDisk: Bool { sqlstate == Self.diskFull }

    static func copiesChanged(_ chunk: Chunk) -> ClusterError {
        ClusterError(
            "the copies of \(chunk.name.shownName) changed meanwhile: it was dropped, renamed or moved",
            remedy: "'chunk show \(Quoting.word(chunk.name.shownName))' shows them")
    }

    static func isWritten(_ chunk: Chunk, on node: String) -> ClusterError {
        var error = ClusterError(
            "a transaction on \(node) that has written to \(chunk.name.shownName) is open or in doubt there",
            remedy: "'heal \(Quoting.word(node))' ends what is in doubt; then run it again")
        error.sqlstate = objectInUse
        return error
    }

    static func isBusy(_ chunk: Chunk, _ node: String) -> ClusterError {
        ClusterError(
            "the replication slot of \(chunk.name.shownName) on \(node), or what it is made from, was still in use by others at each of "
                + "several attempts",
            node: node, remedy: "run it again, when no job compresses the chunk; --parallel 1 asks less of the node")
    }

    /// - Parameters:
    ///   - table: that holds the compressed rows.
    ///   - holders: who had a lock on it when it was last tried; none where that is not known.
    static func isRead(_ chunk: Chunk, _ table: TableName, on node: String, by holders: [LockHolder]) -> ClusterError {
        var error = ClusterError(
            "the compressed rows of \(chunk.name.shownName) on \(node) are in use, and their table can't be renamed, without "
                + "which the copy would fail"
                + (holders.isEmpty ? "" : ": \(table.name) is locked by \(holders.map(\.text).listed)"),
            node: node,
            remedy:
                "have the client that has read the hypertable in a transaction end it: 'sql SELECT pid, usename, "
                + "application_name, state, query FROM pg_stat_activity WHERE xact_start IS NOT NULL' shows those of this access "
                + "node; or wait longer: --max-lock 60s")
        error.sqlstate = "55P03"
        return error
    }

    /// Whether a table of compressed rows was not there any more, or not yet: undefined_table, or TimescaleDB's own words
    /// (chunk_copy.c) where it asks the source for its name.
    var isOfRecompression: Bool {
        message.contains("corresponding compressed chunk name")
            || sqlstate == "42P01" && ["compress_", "_compressed_hypertable_"].contains { message.contains($0) }
    }

    /// Whether a transaction on a node keeps copies from being compared.
    var isOfOpenWriter: Bool { sqlstate == Self.objectInUse }

    private static let objectInUse = "55006"

    /// Others were in the way at each of several attempts.
    static func isInTheWay(of chunk: Chunk, _ error: ClusterError) -> ClusterError {
        var failure = ClusterError(
            "others who work on \(chunk.name.shownName), as a job does that compresses it, were in the way at each of several attempts, and "
                + "nothing was done: \(error.message)",
            node: error.node, remedy: "run it again when that is over")
        failure.sqlstate = error.sqlstate
        return failure
    }

    /// The error of a copy that lacks a table: that of compressed rows, where the chunk was compressed behind the preflight; else
    /// the chunk's own, or the hypertable's on the destination.
    func explainingMissingTable(_ chunk: Chunk, _ destination: String) -> ClusterError {
        var failure = self
        let name = chunk.name.shownName
        failure.remedy =
            isOfRecompression
            ? "\(name) was compressed meanwhile, as it seems, and \(destination) has no compression for "
                + "\(chunk.table.shownName): run it again, which tells how it gets it"
            : "\(name) was dropped meanwhile, or \(destination) is not attached to \(chunk.table.shownName) any more: "
                + "'chunk show \(Quoting.word(name))' tells where it is"
        return failure
    }

    /// The error of a step that could not remove what it left.
    ///
    /// - Parameter left: why, mostly with what is left.
    func leaving(_ left: ClusterError, of chunk: Chunk, on destination: String) -> ClusterError {
        var failure = self
        let isNamed = left.remedy?.contains("chunk cleanup") == true
        // What libpq has to say of a lost connection in further lines is no more than that.
        failure.message = ClusterError.summary(message, nil)
        failure.message +=
            isNamed
            ? "; \(left.summary)"
            : "; a copy of \(chunk.name.shownName) on \(destination) that nobody has proved may be left: \(left.summary)"
        let first = isNamed ? left.remedy ?? "" : "'chunk cleanup' removes what is left"
        let waiting = kind == .timedOut ? "let writers wait longer, as with --max-lock 60s" : nil
        failure.remedy = first + ((remedy ?? waiting).map { "; then: \($0)" } ?? "")
        return failure
    }

    /// What is left of a copy that could not be cleaned up, by its name.
    static func stays(_ copying: ChunkCopying, because reason: ClusterError) -> ClusterError {
        let isRead = copying.isUnproved && copying.isOnDestination
        var error = reason
        error.message =
            (isRead
                ? "the copy \(copying.operation) on \(copying.destination), which nobody has proved, is still there and read: "
                : "the copy \(copying.operation) from \(copying.source) to \(copying.destination) is not cleaned up wholly: ")
            + reason.message
        let command = "chunk cleanup \(Quoting.word(copying.operation))"
        if reason.remedy?.contains(command) != true {
            error.remedy = "'\(command)' removes it" + (reason.remedy.map { "; before that: \($0)" } ?? "")
        }
        return error
    }
}
