package import MultiNode
import Postgres

/// Connections that are kept from chunk to chunk: a server takes longer to begin a session, and an access node to get to its
/// data nodes from a new one, than most of what is sent over them takes.
package actor KeptLinks {
    private struct Kept {
        let link: any Link
        let since: ContinuousClock.Instant
    }

    /// By the name of the data node; nil for the access node.
    private var kept: [String?: [Kept]] = [:]
    private var isClosed = false

    package init() {}

    /// What was idle for longer may have been ended by whoever stands between.
    private static let longestIdle: Duration = .seconds(30)

    func take(_ node: String?) async -> (any Link)? {
        while let last = kept[node]?.popLast() {
            if await last.link.isOpen, last.since.duration(to: .now) < Self.longestIdle { return last.link }
            await last.link.close()
        }
        return nil
    }

    /// Keeps a connection for the next, if nothing is left open on it.
    func keep(_ link: any Link, to node: String?) async {
        guard !isClosed, await link.isOpen, await link.transactionStatus == .idle, !isClosed else {
            return await link.close()
        }
        kept[node, default: []].append(Kept(link: link, since: .now))
    }

    /// Closes those that nobody uses: what has broken one connection may have broken the others.
    package func forget() async {
        let idle = kept.values.flatMap(\.self)
        kept = [:]
        for kept in idle { await kept.link.close() }
    }

    /// Closes all of them, for good.
    package func close() async {
        isClosed = true
        await forget()
    }
}

extension Cluster {
    /// Runs work over another connection to the access node, and keeps it when the work has ended well.
    ///
    /// - Parameter release: what makes the session as it was.
    package func aside<Answer>(
        keeping kept: KeptLinks, release: SQL? = nil, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let link: any Link
        if let old = await kept.take(nil) { link = old } else { link = try await connection.openAnother(for: self) }
        await connection.begin(using: link)
        do throws(ClusterError) {
            let answer = try await work(link)
            await connection.end(using: link)
            if let release, (try? await send(release, on: link, timeout: .seconds(5))) == nil {
                await link.close()
            } else {
                await kept.keep(link, to: nil)
            }
            return answer
        } catch {
            await connection.end(using: link)
            await link.close()
            await kept.forget()
            throw error
        }
    }

    /// Runs work over a direct connection to a data node, and keeps it when the work has ended well.
    package func asking<Answer>(
        _ node: DataNode, keeping kept: KeptLinks, timeout: Duration,
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let link: any Link
        if let old = await kept.take(node.name) {
            link = old
        } else {
            link = try await opened(to: node, timeout: timeout)
        }
        await connection.begin(asking: node.name)
        do throws(ClusterError) {
            let answer = try await work(link)
            await connection.end(asking: node.name)
            await kept.keep(link, to: node.name)
            return answer
        } catch {
            await connection.end(asking: node.name)
            await link.close()
            await kept.forget()
            throw error
        }
    }
}
