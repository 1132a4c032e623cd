import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Rendering

/// Being ahead of the answers of a script.
extension Interpreter {
    /// Whether what is told comes in the order of what is done even where a statement is sent before the answer before it is
    /// shown.
    private var mayBeAhead: Bool {
        !settings.isInteractive && settings.format != .script && settings.columns == nil && settings.timeout == nil
            && !settings.echo && !settings.showSQL && !settings.timing && !settings.dryRun && heldLocks.isEmpty
            && output.dataTerminal == nil
    }

    /// Has the statement behind the one that runs next made ready while the server works.
    ///
    /// - Returns: that statement; nil where it is not to be.
    func prepare(_ coming: Statement?) -> Invocation? {
        guard case .command(let next)? = coming, next.syntax === SQLCommand.syntax, next.isBare, mayBeAhead else {
            return nil
        }
        connection.meantime = ahead
        ahead.prepare { [self] in ready(next) }
        return next
    }

    /// A statement with its variables replaced; nil where something is to be said of it, which is not its turn, and where more
    /// goes over than its rows.
    private func ready(_ invocation: Invocation) -> Ahead.Ready? {
        guard let text = invocation.text, CopyDirection(of: text) == nil,
            let arguments = try? Arguments(invocation, variables: variables), let sql = try? SQL(arguments)
        else { return nil }
        // Those of a file were all looked at before the first has run.
        if !inputIsFree {
            let (_, faults, warnings) = ScriptPreparation(variables).prepare([.command(invocation)])
            guard faults.isEmpty, warnings.isEmpty else { return nil }
        }
        return Ahead.Ready(invocation: invocation, arguments: arguments, sql: sql, variables: changesOfVariables)
    }

    /// Whether a statement was made ready, so that there is nothing to be said of it before it runs.
    func isReady(_ statement: Statement) -> Bool {
        guard case .command(let invocation) = statement else { return false }
        return ahead.readied(invocation, changesOfVariables) != nil
    }

    /// Whether the statement behind may be sent before an answer is shown: nothing in that decides whether it is.
    ///
    /// - Parameter next: as it was prepared.
    func mayWait(_ outcome: Outcome, for next: Invocation?) -> Bool {
        guard let next, outcome.status == .done, outcome.effects.isEmpty, outcome.failures.isEmpty, !isEnding,
            mayBeAhead, outcome.rows?.asks != true, let ready = ahead.readied(next, changesOfVariables)
        else { return false }
        // What changes something does not run where the answer before it can't be written.
        return ready.sql.onlyReads
    }

    /// Has an answer shown once the statement behind it is on its way.
    func postpone(_ outcome: Outcome, _ settings: Settings, of name: String) {
        let presentation = Presentation(output, settings)
        // Who interrupts it has interrupted that statement too, which says so.
        ahead.postpone { try? await presentation.show(outcome, of: name) }
    }
}
