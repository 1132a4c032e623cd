package import MultiNode
import Platform
package import Postgres

@LoopActor extension Cluster {
    /// Sends a statement to a data node behind the one that begins its transaction, in one round trip where that is as
    /// safe: what the server refuses to begin runs nothing.
    ///
    /// - Parameters:
    ///   - beginning: has no values.
    ///   - transfer: what goes over besides the answer.
    package func send(
        _ sql: SQL, behind beginning: SQL, on link: any Link, node: String, _ transfer: StatementTransfer = .none
    ) async throws(ClusterError) -> QueryResult {
        let taker: (any RowTaker)?
        switch transfer {
        case .none: taker = nil
        case .rows(let rows): taker = rows
        case .copyOut, .copyIn: return try await inTurn(sql, behind: beginning, on: link, node: node, transfer)
        }
        // Of a text that may have several statements the server refuses all but the first only where it comes by itself.
        guard sql.values.isEmpty, !sql.text.utf8.contains(UInt8(ascii: ";")) else {
            return try await inTurn(sql, behind: beginning, on: link, node: node, transfer)
        }
        try listener.willSend([(beginning, listener), (sql, listener)], to: node)
        let isAnswered = listener.willWait(for: .statement(on: node))
        defer { isAnswered?() }
        let started = ContinuousClock.now
        let result: QueryResult
        do throws(PostgresError) {
            result = try await link.execute(
                sql.text, behind: beginning.text, timeout: limit(from: started, atMost: nil), rowTaker: taker)
        } catch {
            let failure = connection.explained(error, of: link, node: node).hiding(whatIsHiddenIn: sql)
            let took = started.duration(to: .now)
            let hasBegun = [.inTransaction, .failed].contains(link.transactionStatus)
            try listener.didSend(beginning, to: node, hasBegun ? nil : failure, took: took)
            try listener.didSend(sql, to: node, failure, took: took)
            if error.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: node) }
            throw failure
        }
        let took = started.duration(to: .now)
        let fault = Self.encodingFault(in: result, of: sql, from: node)
        try listener.didSend(beginning, to: node, nil, took: took)
        try listener.didSend(sql, to: node, fault, took: took)
        if result.otherEncoding != nil { await putBackEncoding(after: sql, on: link, node: node) }
        if let fault { throw fault }
        return result
    }

    private func inTurn(
        _ sql: SQL, behind beginning: SQL, on link: any Link, node: String, _ transfer: StatementTransfer
    ) async throws(ClusterError) -> QueryResult {
        try await send(beginning, on: link, node: node)
        return try await send(sql, on: link, node: node, transfer)
    }
}
