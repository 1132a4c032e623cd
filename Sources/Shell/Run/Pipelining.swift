import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres

/// Sends statements of a transaction without awaiting their answers one by one.
extension Interpreter {
    /// The commands at the beginning of a list that can be sent together: SQL whose answers nothing depends on.
    func pipelinable(_ statements: ArraySlice<Statement>) -> [Invocation] {
        // The log must get each statement before the next one is sent. So must whoever is shown them: after a failure,
        // those that were not sent must not have been shown.
        guard settings.timeout == nil, !settings.timing, !settings.showSQL, !settings.echo, log == nil else {
            return []
        }
        var batch: [Invocation] = []
        for statement in statements {
            guard case .command(let invocation) = statement, invocation.syntax.name == SQLCommand.syntax.name,
                invocation.options.isEmpty, CopyDirection(of: invocation.text?.sketch ?? "") == nil
            else { break }
            batch.append(invocation)
        }
        return batch
    }

    /// - Returns: the results of the statements that were sent, in order; a failure is the last.
    private func pipeline(_ batch: [Invocation]) async -> [Result<Outcome, Failure>] {
        var written: [Arguments] = []
        var statements: [SQL] = []
        var unwritable: Failure?
        for invocation in batch {
            do throws(Diagnostic) {
                let arguments = try Arguments(invocation, variables: variables)
                statements.append(try SQL(arguments))
                written.append(arguments)
            } catch {
                unwritable = Failure(error)
                break
            }
        }
        var answers = zip(await send(pipelining: statements), written).map { answer, arguments in
            answer.mapError { $0.pointing(into: arguments) }
        }
        let hasFailed = if case .failure = answers.last { true } else { false }
        if let unwritable, !hasFailed { answers.append(.failure(unwritable)) }
        return answers
    }

    private func send(pipelining statements: [SQL]) async -> [Result<Outcome, Failure>] {
        if statements.isEmpty { return [] }
        let cluster = cluster(settings, running: "transaction")
        do {
            let link = try await cluster.link()
            let texts = statements.map { (sql: $0.text, values: $0.values) }
            let results = try await watched(context(settings, "transaction"), "transaction") {
                try await link.pipeline(texts, window: 64)
            }
            var answers: [Result<Outcome, Failure>] = []
            for result in results {
                switch result {
                case .success(let answer): answers.append(.success(SQLCommand.outcome(answer)))
                case .failure(let error):
                    return answers + [.failure(Failure(await connection.explained(error, of: link, node: nil)))]
                }
            }
            return answers
        } catch {
            return [.failure(Failure(thrown: error))]
        }
    }

    /// Runs commands of a transaction that do not need each other's answers.
    ///
    /// - Returns: whether the run may go on.
    func execute(pipelining batch: [Invocation], _ run: inout Run) async -> Bool {
        for (invocation, answer) in zip(batch, await pipeline(batch)) {
            do throws(Failure) {
                try await Presentation(output, settings).show(try answer.get(), of: invocation.syntax.name)
                run.succeed()
            } catch {
                let isInterrupted = error.status == .interrupted
                let failure = isInterrupted ? error : error.at(invocation.source, invocation.span)
                return await fail(failure, of: invocation.syntax.name, &run)
            }
        }
        return !isEnding
    }
}
