import Platform

/// Holds the closure for libpq's notice callback, which is a C function and so can't capture it, and keeps the warnings
/// for the statement that they belong to.
final class NoticeReceiver: Sendable {
    private let listener: @Sendable (ServerMessage) -> Void
    private let warnings = Lock<[ServerMessage]>([])

    /// A statement may warn for each of a million rows.
    private static let mostKept = 1000

    init(_ listener: @escaping @Sendable (ServerMessage) -> Void) {
        self.listener = listener
    }

    func receive(_ notice: ServerMessage) {
        if notice.severity == "WARNING" {
            warnings.withLock { if $0.count < Self.mostKept { $0.append(notice) } }
        }
        listener(notice)
    }

    /// The warnings since the last call.
    func takeWarnings() -> [ServerMessage] {
        warnings.withLock { warnings in
            defer { warnings = [] }
            return warnings
        }
    }
}
