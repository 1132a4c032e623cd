import CommandLanguage
import MultiNode
import Postgres

/// Sending statements of a transaction without awaiting their answers one by one.
extension Session {
    /// The commands at the beginning of a list that can go out together: SQL whose answer nothing depends on.
    func pipelinable(_ statements: ArraySlice<Statement>) -> [Invocation] {
        // The log gets each statement before the next one goes out.
        guard settings.timeout == nil, !settings.timing, log == nil else { return [] }
        var batch: [Invocation] = []
        for statement in statements {
            guard case .command(let invocation) = statement, invocation.syntax.name == SQLCommand.syntax.name,
                invocation.options.isEmpty
            else { break }
            batch.append(invocation)
        }
        return batch
    }

    /// - Returns: what became of those that were sent, in their order; a failure is the last.
    fileprivate func pipeline(_ batch: [Invocation]) async -> [Result<Outcome, Failure>] {
        var written: [Arguments] = []
        var statements: [SQL] = []
        var unwritable: Failure?
        for invocation in batch {
            do throws(Diagnostic) {
                let arguments = try Arguments(invocation, variables: variables)
                do throws(Failure) {
                    statements.append(try statement(arguments))
                    written.append(arguments)
                } catch {
                    unwritable = error
                }
            } catch {
                unwritable = Failure(error)
            }
            if unwritable != nil { break }
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
        do throws(Failure) {
            let connection = try await accessNode()
            if settings.showSQL { for sql in statements { output.statement(sql.shown, node: nil) } }
            let results: [Result<QueryResult, PostgresError>]
            do throws(PostgresError) {
                results = try await connection.pipeline(statements.map { ($0.text, $0.values) }, window: 64)
            } catch {
                throw Failure(error)
            }
            var answers: [Result<Outcome, Failure>] = []
            for result in results {
                answers.append(result.map(SQLCommand.outcome).mapError { loss($0) ?? Failure($0) })
                if case .failure = answers.last { break }
            }
            return answers
        } catch {
            return [.failure(error)]
        }
    }
}

extension Run {
    /// Runs commands of a transaction that do not need each other's answers.
    ///
    /// - Returns: whether the run may go on.
    mutating func execute(pipelining batch: [Invocation], in session: isolated Session) async -> Bool {
        if session.settings.echo { for invocation in batch { session.output.message(session.echo(of: invocation)) } }
        for (invocation, answer) in zip(batch, await session.pipeline(batch)) {
            do throws(Failure) {
                try session.show(try answer.get(), of: invocation.syntax.name, in: session.settings.format)
                succeed()
            } catch {
                var failure = error
                if failure.place == nil, failure.status != .interrupted, !invocation.source.isBeforeTheUser {
                    failure.place = (invocation.source, invocation.span)
                }
                return fail(failure, of: invocation.syntax.name, in: session)
            }
        }
        return !session.isEnding
    }
}
