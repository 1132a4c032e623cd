import Platform
import Postgres

/// Makes a session as new, while nobody waits for that but who uses it next.
@LoopActor final class SessionReset {
    /// Drops everything that a session can keep behind its transactions: settings, locks, prepared statements, what is
    /// temporary (PostgreSQL manual, "DISCARD").
    private static let statement = "DISCARD ALL"

    /// Nil as long as it is under way.
    private var isDone: Bool?
    private var task: Task<Void, Never>?
    /// Who waits for the end.
    private var waiting: EventLoop.WaitID?

    init(of link: any Link, within limit: Duration) {
        task = Task {
            isDone = await Self.isDone(on: link, within: limit)
            if let waiting { _ = EventLoop.shared.wake(waiting) }
        }
    }

    /// - Returns: false where it fails, or takes so long, or whoever waits for it is cancelled. Then it is given up.
    func isDone(within limit: Duration) async -> Bool {
        if let isDone { return isDone }
        let end = EventLoop.shared.reserveWake()
        waiting = end
        let readiness = await EventLoop.shared.waitToBeWoken(end, until: .now + limit)
        if readiness != .ready { task?.cancel() }
        return readiness == .ready && isDone == true
    }

    /// Makes a session as new.
    ///
    /// - Returns: false where that is not done in time.
    static func isDone(on link: any Link, within limit: Duration) async -> Bool {
        do throws(PostgresError) {
            _ = try await link.execute(statement, [], timeout: limit, patience: .none)
            try await link.readStringsByStandard(within: limit)
            return true
        } catch {
            return false
        }
    }
}
