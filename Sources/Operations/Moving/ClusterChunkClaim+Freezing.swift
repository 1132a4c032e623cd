import ClusterAccess
import MultiNode
import Platform
import Postgres

/// Having a new copy seen by those who have read its node before it was there.
extension ClusterChunkClaim {
    /// How long it is waited for others that have the copy open on its node.
    private static let wait: Duration = .milliseconds(500)
    /// What a statement that only begins or ends something may take besides.
    private static let spare: Duration = .seconds(1)

    /// Whether that can be done while writers wait: it takes a superuser, and compressed rows are not in the chunk's own table.
    func canFreeze(_ decision: CopyDecision, _ copies: HeldCopies, _ table: HeldTable) -> Bool {
        guard case .take(let source, let destination, _) = decision, site.capabilities.isSuperuser,
            let copy = copies.copies[destination], !table.shape.writable.isEmpty
        else { return false }
        return [source, destination].allSatisfy { ChunkStanding.isCompressed(copies.copies[$0]?.status) == false }
            && CopyFreezing.time(copy.digest.rows) < table.timeLeft / 2
    }

    /// Writes the rows of a copy anew that was found equal to its source, while nobody writes, so that who has an older view of its
    /// node finds them. Until its node commits that, and where it does not, the copy has the rows that it had.
    ///
    /// - Returns: false where it could not be done; the copy is as it was then, or has the same rows.
    func freeze(
        _ decision: CopyDecision, _ copies: HeldCopies, _ table: HeldTable, _ links: [String: any Link]
    ) async throws(ClusterError) -> Bool {
        guard case .take(let source, let destination, _) = decision, let copy = copies.copies[destination],
            let from = links[source], let into = links[destination]
        else { return false }
        // The rest of what is decided has to be done as well.
        let limit = table.timeLeft * 2 / 3
        let end = ContinuousClock.now + limit
        let quiet = Cluster(cluster.connection, listener: QuietListener(cluster.listener), deadline: end)
        do throws(ClusterError) {
            try await site.beating(on: table.link, until: table.end) { () throws(ClusterError) in
                try await freeze(copy.digest, table.shape, (source, from), (destination, into), quiet, within: limit)
            }
            return true
        } catch {
            let isHeld = await table.link.isOpen
            for (node, link) in [(source, from), (destination, into)] { await undo(on: link, node) }
            if error.kind == .interrupted || !isHeld || error.isOfSilentClient { throw error }
            return false
        }
    }

    private func freeze(
        _ digest: CopyDigest, _ shape: RowShape, _ source: (name: String, link: any Link),
        _ destination: (name: String, link: any Link), _ quiet: Cluster, within limit: Duration
    ) async throws(ClusterError) {
        func tell(_ statements: [SQL], _ place: (name: String, link: any Link)) async throws(ClusterError) {
            for sql in statements { try await quiet.send(sql, on: place.link, node: place.name) }
        }
        func requireSame() async throws(ClusterError) {
            let question = CopyQuestion.digest()
            let rows = try await quiet.send(
                question.query(of: chunk.name, shape), on: destination.link, node: destination.name
            ).records
            guard question.reply(rows).digest == digest else { throw .copiesChanged(chunk) }
        }
        let form = CopyForm(isBinary: false, encoding: site.capabilities.encoding)
        try await tell(
            ["BEGIN ISOLATION LEVEL READ COMMITTED", CopyQuestion.settings]
                + CopyFreezing.beginning(chunk.name, waiting: min(Self.wait, limit / 4), within: limit + Self.spare),
            destination)
        // Who writes on the node itself may have come since.
        try await requireSame()
        let ending = try await guarding(destination, quiet, for: limit + Self.spare)
        defer { ending.cancel() }
        try await tell(
            [
                "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", CopyQuestion.settings,
                CopyFreezing.ending(within: limit + Self.spare), CopyFreezing.inOrder,
            ], source)
        try await tell([CopyFreezing.emptying(chunk.name)], destination)
        _ = try await quiet.pipe(
            CopyFreezing.reading(chunk.name, shape, as: form), on: source.link, of: source.name,
            into: CopyFreezing.writing(chunk.name, shape, as: form), on: destination.link, of: destination.name,
            as: form, within: quiet.remaining(atMost: limit))
        // Else the drop would wait for it.
        try await tell(["ROLLBACK"], source)
        try await requireSame()
        try await tell(["COMMIT"], destination)
    }

    /// Has the node of the copy end the transaction there where it lasts longer, whatever becomes of this process.
    ///
    /// - Returns: what has it done, to be cancelled when the transaction has ended.
    private func guarding(
        _ destination: (name: String, link: any Link), _ quiet: Cluster, for limit: Duration
    ) async throws(ClusterError) -> Task<Void, Never> {
        let known = try await quiet.send(CopyFreezing.known, on: destination.link, node: destination.name).records
        guard let guarding = CopyFreezing.guarding(known.first ?? [:], for: limit) else { throw .copiesChanged(chunk) }
        let other = try await quiet.approach(
            try site.node(destination.name), timeout: quiet.remaining(atMost: .seconds(1)))
        let unlimited = Cluster(cluster.connection, listener: QuietListener(cluster.listener))
        do throws(ClusterError) {
            try await quiet.send(CopyFreezing.guardSettings, on: other, node: destination.name)
        } catch {
            await other.close()
            throw error
        }
        return Task(executorPreference: EventLoop.shared) {
            // It ends with the cancellation.
            _ = try? await unlimited.send(guarding, on: other, node: destination.name)
            await other.close()
        }
    }

    /// Ends what is open on a node, at any price: what comes next there is to find nothing in its way.
    private func undo(on link: any Link, _ node: String) async {
        let isDone = await cluster.evenIfInterrupted { shielded in
            guard await link.isOpen else { return false }
            if await link.transactionStatus == .idle { return true }
            return (try? await shielded.quiet.send("ROLLBACK", on: link, node: node, timeout: Self.spare)) != nil
        }
        if !isDone { await link.close() }
    }
}
