import ClusterAccess
import CommandLanguage
import MultiNode

/// Sends statements of a transaction without awaiting their answers one by one.
extension Interpreter {
    /// The commands at the beginning of a list that can be sent together: SQL whose answers nothing depends on.
    func pipelinable(_ statements: ArraySlice<Statement>) -> [Invocation] {
        // Whoever is shown them must not be shown one that was not sent, after a failure of one before it.
        guard !settings.timing, !settings.showSQL, !settings.echo else { return [] }
        var batch: [Invocation] = []
        for statement in statements {
            guard case .command(let invocation) = statement, invocation.syntax.name == SQLCommand.syntax.name,
                invocation.options.isEmpty, invocation.text.flatMap({ CopyDirection(of: $0) }) == nil
            else { break }
            batch.append(invocation)
        }
        return batch
    }

    /// - Returns: the results of the statements that were sent, in order; a failure is the last.
    private func pipeline(_ batch: [Invocation]) async -> [Result<Outcome, Failure>] {
        var written: [Arguments] = []
        var statements: [(sql: SQL, listener: any ClusterListener)] = []
        var unwritable: Failure?
        for invocation in batch {
            do throws(Diagnostic) {
                let arguments = try Arguments(invocation, variables: variables)
                let own = cluster(settings, running: log == nil ? "" : echo(of: invocation))
                statements.append((try SQL(arguments), own.listener))
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

    private func send(
        pipelining statements: [(sql: SQL, listener: any ClusterListener)]
    ) async -> [Result<Outcome, Failure>] {
        if statements.isEmpty { return [] }
        let (cluster, timeout) = (cluster(settings, running: "transaction"), settings.timeout)
        do {
            let answers = try await watched(context(settings, "transaction"), "transaction") {
                try await cluster.pipeline(statements, timeout: timeout)
            }
            return zip(answers, statements).map { answer, statement in
                answer.map { SQLCommand.outcome($0, of: statement.sql) }.mapError { Failure($0) }
            }
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
