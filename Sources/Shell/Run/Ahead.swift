import CommandLanguage
import MultiNode
import Platform
import Postgres

/// How far a script is ahead of its answers: the server works on a statement that only reads while the answer before is
/// shown, and while the statement behind is made ready.
///
/// What is made ready has no effect. What is sent ahead would be sent whatever the answer before shows: that one is there,
/// and is a success.
@LoopActor final class Ahead: Meantime {
    /// A statement with its variables replaced.
    struct Ready {
        let invocation: Invocation
        let arguments: Arguments
        let sql: SQL
        /// The number of changes of the variables before.
        let variables: Int
    }

    private var ready: Ready?
    private var make: (() -> Ready?)?
    private var unshown: (() async -> Void)?

    nonisolated init() {}

    var isDue: Bool { unshown != nil || make != nil }

    func use() async {
        await show()
        if let make {
            self.make = nil
            ready = make()
        }
    }

    /// Shows the answer that waits for that. Nothing else may be told before.
    func show() async {
        guard let unshown else { return }
        self.unshown = nil
        await unshown()
    }

    /// Has an answer shown once the next statement is on its way.
    func postpone(_ show: @escaping () async -> Void) { unshown = show }

    /// Has a statement made ready while the server works.
    func prepare(_ make: @escaping () -> Ready?) { self.make = make }

    /// A statement that was made ready, or is now; nil where it is to be run as any other.
    ///
    /// - Parameter variables: the number of changes of the variables.
    func readied(_ invocation: Invocation, _ variables: Int) -> Ready? {
        if let make {
            self.make = nil
            ready = make()
        }
        guard let ready, ready.invocation === invocation, ready.variables == variables else { return nil }
        return ready
    }

    /// The same, which is used up.
    func take(_ invocation: Invocation, _ variables: Int) -> Ready? {
        defer { ready = nil }
        return readied(invocation, variables)
    }
}
