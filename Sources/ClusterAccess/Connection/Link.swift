package import Platform
package import Postgres

/// A connection to one server, with what the cluster needs of it. Tests replace it with canned answers.
@LoopActor package protocol Link: AnyObject, Sendable {
    nonisolated var info: ConnectionInfo { get }
    var isOpen: Bool { get }
    var transactionStatus: TransactionStatus { get }
    /// Whether the session takes a backslash in '…' for an escape.
    var escapesByBackslash: Bool { get }
    /// How the connection ended, where that was by itself; nil while it is open, and where nobody knows.
    var ending: String? { get }

    func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience
    ) async throws(PostgresError) -> QueryResult

    /// The same, whose rows are not kept where somebody takes them.
    func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience, rowTaker: (any RowTaker)?
    ) async throws(PostgresError) -> QueryResult

    /// Runs a statement behind one that has no rows, in one round trip: where that one fails, this one is not run.
    ///
    /// - Parameter sql: a single statement without a `;` and without values.
    /// - Returns: its own result.
    func execute(
        _ sql: String, behind first: String, timeout: Duration?, rowTaker: (any RowTaker)?
    ) async throws(PostgresError) -> QueryResult

    /// Runs statements in order, and sends each before those before it are answered.
    ///
    /// - Parameters:
    ///   - limit: how long they may take.
    ///   - sending: gets the numbers of those that are sent next; they are not, and nothing behind them, once it returns
    ///     false.
    ///   - answered: gets each answer as it comes; nothing more is sent once it returns false.
    func pipeline(
        _ statements: [(sql: String, values: [String?])], window: Int, limit: PipelineLimit?,
        sending: @Sendable (Range<Int>) -> Bool, answered: @Sendable (Int, Result<QueryResult, PostgresError>) -> Bool
    ) async throws(PostgresError) -> [Result<QueryResult, PostgresError>]

    /// Runs COPY … TO STDOUT, and hands on what comes: at once, or where `inFullPieces` when there is enough of it.
    func copyOut(
        _ sql: String, timeout: Duration?, inFullPieces: Bool,
        _ take: @Sendable (_ piece: [UInt8]) async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult

    /// Runs COPY … FROM STDIN with what `feed` puts.
    func copyIn(
        _ sql: String, timeout: Duration?, _ feed: @Sendable () async throws(PostgresError) -> Void
    ) async throws(PostgresError) -> QueryResult

    /// Gives the COPY FROM STDIN that is under way more data.
    func put(_ data: [UInt8]) async throws(PostgresError)

    func encryptPassword(_ password: String, user: String) throws(PostgresError) -> String

    /// - Returns: how the connection was lost; nil if the task was cancelled first.
    func watch(onNotification: @Sendable (Notification) -> Void) async -> PostgresError?

    func close()
}

extension Link {
    package var ending: String? { nil }
    package var escapesByBackslash: Bool { false }

    /// Has the session read strings by the standard, as tscl writes them and takes SQL apart, whatever the role or the
    /// database has set.
    func readStringsByStandard(within limit: Duration) async throws(PostgresError) {
        guard escapesByBackslash else { return }
        _ = try await execute("SET standard_conforming_strings = on", [], timeout: limit, patience: .none)
    }

    package func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience, rowTaker: (any RowTaker)?
    ) async throws(PostgresError) -> QueryResult {
        try await execute(sql, values, timeout: timeout, patience: patience).taken(by: rowTaker)
    }
}

extension QueryResult {
    /// What is left of it where somebody takes its rows.
    package func taken(by rowTaker: (any RowTaker)?) async throws(PostgresError) -> QueryResult {
        guard let rowTaker else { return self }
        let (rest, room) = await handed(to: rowTaker)
        switch room {
        case .made: return rest
        case .unwanted: throw PostgresError(.unwanted, "nobody takes the rows any more")
        case .timedOut: throw PostgresError(.timedOut, "no answer within the time limit")
        case .cancelled: throw PostgresError(.cancelled, "the statement was cancelled")
        }
    }
}

extension Connection: Link {
    package func execute(
        _ sql: String, _ values: [String?], timeout: Duration?, patience: Patience
    ) async throws(PostgresError) -> QueryResult {
        try await execute(sql, values, timeout: timeout, patience: patience, rowTaker: nil)
    }
}

/// Opens links.
package protocol Connector: Sendable {
    nonisolated(nonsending) func open(
        _ parameters: ConnectionParameters, within timeout: ConnectTimeout,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) async throws(PostgresError) -> any Link
}

/// Connects to real servers, over libpq.
package struct ServerConnector: Connector {
    package init() {}

    package nonisolated(nonsending) func open(
        _ parameters: ConnectionParameters, within timeout: ConnectTimeout,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) async throws(PostgresError) -> any Link {
        let connection = try await Connection.open(parameters, within: timeout, onNotice: onNotice)
        do throws(PostgresError) {
            try await connection.readStringsByStandard(within: .seconds(5))
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }
}
