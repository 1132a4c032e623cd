import Platform

/// Holds the closure for libpq's notice callback, which is a C function and so can't capture it, and keeps the warnings
/// for the statement that they belong to.
final class NoticeReceiver: Sendable {
    private struct State {
        var warnings: [ServerMessage] = []
        /// How many messages came since the warnings were taken.
        var count = 0
        /// Why the server has ended the session between two statements: libpq takes that for a notice.
        var farewell: ServerMessage?
    }

    private let listener: @Sendable (ServerMessage) -> Void
    private let state = Lock(State())

    /// A statement may warn for each of a million rows.
    private static let mostKept = 1000
    /// A wrong server may never stop.
    private static let mostTold = 10_000

    init(_ listener: @escaping @Sendable (ServerMessage) -> Void) {
        self.listener = listener
    }

    func receive(_ notice: ServerMessage) {
        let isTold = state.withLock { state in
            if notice.severity == "WARNING", state.warnings.count < Self.mostKept { state.warnings.append(notice) }
            if notice.severity == "FATAL" { state.farewell = notice }
            state.count += 1
            return state.count <= Self.mostTold
        }
        if isTold { listener(notice) }
    }

    var farewell: ServerMessage? { state.withLock { $0.farewell } }

    /// Tells the listener something of tscl's own.
    func tell(_ text: String) { listener(ServerMessage(severity: "WARNING", message: text)) }

    /// The warnings since the last call.
    func takeWarnings() -> [ServerMessage] {
        let last = state.withLock { state in
            defer { state = State(farewell: state.farewell) }
            return state
        }
        if last.count > Self.mostTold {
            tell("\(last.count - Self.mostTold) more messages of the server are not shown")
        }
        return last.warnings
    }
}
