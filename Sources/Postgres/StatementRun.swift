import Platform

/// A statement in progress: its results so far, and whether it is being stopped.
struct StatementRun {
    /// Why a statement is stopped.
    enum StopReason {
        case timedOut
        case cancelled
        /// It would transfer COPY data, which is not supported.
        case copy
        /// Nobody wants the rest of its rows.
        case unwanted
        /// Its answer takes more memory than it may.
        case tooLarge
    }

    /// A statement being stopped.
    struct Stop {
        let reason: StopReason
        /// The end of the time that the server has to answer; after it the connection is closed.
        var graceEnd: EventLoop.Instant
        /// The last cancel request, which may still be in progress.
        var request: BlockingCall<Bool>?
        /// When to send the next cancel request. A request is lost if the server has not begun the statement yet.
        var nextRequest: EventLoop.Instant
        /// Whether there was something to read at the end of the grace, and the server got one more chance.
        var hadLastChance = false
        /// Whether the socket was shut down because the server did not answer.
        var hasGivenUp = false
    }

    let timeout: Duration?
    private(set) var deadline: EventLoop.Instant?
    /// Takes the rows as they come in; nil where they are kept.
    let rowTaker: (any RowTaker)?
    private var hasBegunRows = false
    /// Whether rows were taken since there was room made last.
    private(set) var hasRowsInHand = false
    private(set) var results: [QueryResult] = []
    private(set) var error: ServerMessage?
    /// The column of a value that is not UTF-8, in the result that is being received.
    private var undecodedColumn: String?
    var stop: Stop?
    var patience: Patience
    /// The rows of the result that is being received.
    private var rows: [[String?]] = []
    /// The memory that the rows take, in bytes.
    private(set) var size = 0
    /// How many bytes the socket had received before.
    private(set) var receivedBefore: UInt64

    init(
        timeout: Duration?, deadline: EventLoop.Instant?, patience: Patience = .none, receivedBefore: UInt64 = 0,
        rowTaker: (any RowTaker)? = nil
    ) {
        self.rowTaker = rowTaker
        self.timeout = timeout
        self.deadline = deadline
        self.patience = patience
        self.receivedBefore = receivedBefore
    }

    /// When to stop waiting for the socket because something else is due.
    var nextDeadline: EventLoop.Instant? {
        guard let stop else { return deadline }
        return stop.hasGivenUp ? nil : min(stop.graceEnd, stop.nextRequest)
    }

    /// Tells whoever takes the rows what columns there are, once.
    mutating func beginRows(of result: borrowing ResultHandle) {
        guard let rowTaker, !hasBegunRows else { return }
        hasBegunRows = true
        rowTaker.begin(result.columns)
    }

    /// Hands a row over, unless the statement is being stopped.
    ///
    /// - Returns: whether there is no room for another one.
    mutating func handsOver(_ result: borrowing ResultHandle) -> Bool {
        guard let rowTaker, stop == nil else { return false }
        beginRows(of: result)
        hasRowsInHand = true
        return rowTaker.take(result.row)
    }

    mutating func makeRoom() async -> RowRoom {
        hasRowsInHand = false
        return await rowTaker?.makeRoom(until: deadline) ?? .made
    }

    /// - Parameter result: what came with one row.
    mutating func add(rowOf result: borrowing ResultHandle) {
        add(row: result.values(ofRow: 0, &undecodedColumn))
    }

    private mutating func add(row: [String?]) {
        guard !isTooLarge else { return }
        rows.append(row)
        size += AnswerLimit.size(of: row)
    }

    /// - Parameter result: the rows before it belong to it.
    mutating func add(_ result: QueryResult) {
        var result = result
        for row in result.rows { add(row: row) }
        result.rows = rows
        rows = []
        result.undecodedColumn = undecodedColumn ?? result.undecodedColumn
        undecodedColumn = nil
        results.append(result)
    }

    var isTooLarge: Bool { stop?.reason == .tooLarge }

    /// Gives up what was received.
    mutating func dropRows() {
        rows = []
        undecodedColumn = nil
        results = []
        size = 0
    }

    /// Begins the next statement of a pipeline. A stop stays in effect, because it applies to all of them.
    ///
    /// - Parameter received: how many bytes the socket has received so far.
    mutating func beginNext(received: UInt64) {
        dropRows()
        error = nil
        receivedBefore = received
    }

    /// Gives the statement that is waited for next a time of its own.
    mutating func renewDeadline(in time: Duration) {
        if stop == nil { deadline = .now + time }
    }

    /// What was received so far does not count as the answer any more: it was handed on.
    ///
    /// - Parameter received: how many bytes the socket has received so far.
    mutating func forgetReceived(_ received: UInt64) { receivedBefore = received }

    /// Records an error. Only the first counts; later ones follow from it.
    mutating func fail(_ message: ServerMessage) {
        error = error ?? message
    }

    /// Whether an error results from stopping the statement: the server obeyed, or the connection was given up.
    func stopMatters(to message: ServerMessage) -> Bool {
        guard let stop else { return false }
        let queryCanceled = "57014"
        return message.sqlstate == queryCanceled || (stop.hasGivenUp && message.sqlstate == nil)
    }
}
