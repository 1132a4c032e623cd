import Platform
import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres

/// Runs statements, including those that decide which others run.
extension Interpreter {
    /// Runs a statement as a part of a run.
    ///
    /// - Returns: whether the run may go on.
    func execute(_ statement: Statement, _ run: inout Run) async -> Bool {
        if !heldLocks.isEmpty {
            guard await holdsLocks(at: statement.source, statement.span, &run) else { return false }
        }
        switch statement {
        case .command(let invocation):
            let result = await self.run(invocation)
            let mayGoOn = run.count(result, of: invocation.syntax.name, keepGoing: settings.keepGoing)
            return goesOn(mayGoOn, behind: invocation, result)
        case .conditional(let conditional): return await execute(conditional, &run)
        case .loop(let loop): return await execute(loop, &run)
        case .transaction(let transaction): return await execute(transaction, &run)
        case .attempt(let attempt): return await execute(attempt, &run)
        case .lock(let lock): return await execute(lock, &run)
        case .include(let inclusion): return await execute(inclusion, &run)
        case .wait(let wait):
            // An open connection tells nothing of whether a server lets another one in, and keeps it from shutting down.
            connection.kept.keeps(false)
            let goesOn = await execute(wait.invocation, &run) { context, arguments in
                try await Waiting(context).wait(for: wait.condition, arguments)
            }
            connection.kept.keeps(true)
            return goesOn
        case .assertion(let assertion):
            return await execute(assertion.invocation, &run) { context, _ in
                try await self.watched(context, "assert") {
                    try await ConditionEvaluation(context).require(assertion)
                }
            }
        case .sleep(let pause):
            return await execute(pause.invocation, &run) { _, arguments in
                let time = arguments[ControlSyntax.sleepTime]
                try await EventLoop.shared.sleep(until: .now.advanced(by: time))
            }
        }
    }

    /// Runs statements one after the other.
    ///
    /// - Parameter tellsRest: whether those that were not run are told.
    /// - Returns: whether the run may go on.
    func execute(_ statements: [Statement], _ run: inout Run, tellsRest: Bool = false) async -> Bool {
        for (index, statement) in statements.enumerated() {
            guard await execute(statement, &run) else {
                let rest = statements[(index + 1)...]
                if !rest.isEmpty { run.noticeSignal() }
                if tellsRest { tell(run.rest(rest)) }
                return false
            }
        }
        return true
    }

    private func execute(_ conditional: Conditional, _ run: inout Run) async -> Bool {
        for branch in conditional.branches {
            let isChosen: Bool
            do {
                try Task.checkCancellation()
                let context = context(settings, "if")
                isChosen = try await watched(context, "if") {
                    try await ConditionEvaluation(context).holds(branch.condition)
                }
            } catch {
                return await fail(
                    Failure(thrown: error).at(conditional.source, conditional.span), of: "if", &run)
            }
            if isChosen { return await execute(branch.body, &run, tellsRest: settings.isInteractive) }
        }
        return await execute(conditional.otherwise ?? [], &run, tellsRest: settings.isInteractive)
    }

    private func execute(_ loop: Loop, _ run: inout Run) async -> Bool {
        let elements: [[Variables.Value]]
        do {
            elements = try await self.elements(of: loop)
        } catch {
            return await fail(Failure(thrown: error).at(loop.source, loop.span), of: "foreach", &run)
        }
        for (index, element) in elements.enumerated() {
            for (name, value) in zip(loop.variables, element) { variables[name] = value }
            guard await execute(loop.body, &run, tellsRest: settings.isInteractive) else {
                if index + 1 < elements.count { run.noticeSignal() }
                tell(run.rest(of: loop, elements[index...]))
                return false
            }
        }
        return true
    }

    /// What the loop goes over: for each time the values of its variables.
    private func elements(of loop: Loop) async throws -> [[Variables.Value]] {
        let context = context(settings, "foreach")
        let cluster = context.cluster
        switch loop.elements {
        case .nodes:
            return try await watched(context, "foreach") {
                try await cluster.nodes().map { [Variables.Value($0.name)] }
            }
        case .hypertables:
            return try await watched(context, "foreach") {
                try await cluster.hypertables().map {
                    [Variables.Value($0.table.shownName, identifier: $0.table.quoted)]
                }
            }
        case .roles:
            return try await watched(context, "foreach") {
                try await cluster.roles().map { [Variables.Value($0.name)] }
            }
        case .words:
            return try (loop.arguments(variables) ?? []).map { [Variables.Value($0.text, isSecret: $0.isSecret)] }
        case .rows(let query, let source):
            let sql = try SQL(query, in: loop.source, variables)
            return try await watched(context, "foreach") { try await LoopRows(sql, loop, source).values(context) }
        }
    }

    /// The arguments of the file are `${1}`, `${2}`… while it runs.
    private func execute(_ inclusion: Inclusion, _ run: inout Run) async -> Bool {
        let arguments: Arguments
        do throws(Diagnostic) {
            arguments = try Arguments(inclusion.invocation, variables: variables)
        } catch {
            return await fail(Failure(error), of: "include", &run)
        }
        guard let statements = scripts.statements(of: inclusion) else {
            return await fail(Failure(arguments.problem("\(inclusion.file) has not been read")), of: "include", &run)
        }
        let outer = variables.arguments
        variables.arguments = arguments[ControlSyntax.includeArguments].map {
            Variables.Value($0.text, isSecret: $0.isSecret)
        }
        defer { variables.arguments = outer }
        return await execute(statements, &run, tellsRest: true)
    }

    /// Runs all of the block or nothing: a failure in it ends the block, and undoes it everywhere.
    private func execute(_ transaction: Transaction, _ run: inout Run) async -> Bool {
        if settings.dryRun { return await preview(transaction, &run) }
        let keepsGoing = settings.keepGoing
        do {
            try Task.checkCancellation()
            let cluster = self.cluster(settings, running: "transaction")
            if let open = cluster.writtenTransaction { throw ClusterError(refusing: open) }
            try await watched(context(settings, "transaction"), "transaction") {
                _ = try await cluster.capabilities()
                try await cluster.begin(.script)
            }
            settings.keepGoing = false
            defer { settings.keepGoing = keepsGoing }
            if await executeBlock(transaction.body, &run),
                await holdsLocks(at: transaction.source, transaction.span, &run)
            {
                // The limit is each command's, and the end's.
                let ending = self.cluster(settings, running: "transaction")
                try await watched(context(settings, "transaction"), "transaction") { try await ending.commit() }
                return await committed(transaction, DoubtReport(connection.takeDoubts()), &run)
            }
        } catch {
            if connection.transaction == .script {
                await cluster(settings, running: "transaction").rollBack()
            }
            return await fail(Failure(thrown: error).at(transaction.source, transaction.span), of: "transaction", &run)
        }
        // A signal after the last statement has undone it too.
        run.noticeSignal()
        await cluster(settings, running: "transaction").rollBack()
        Presentation(output, settings)
            .showUndone("nothing of the transaction was done: it was undone on all nodes", severity: "note")
        return keepsGoing && run.status != .interrupted && !isEnding
    }

    /// Says of a transaction that is done what people must know besides.
    ///
    /// - Returns: whether the run may go on.
    private func committed(_ transaction: Transaction, _ report: DoubtReport?, _ run: inout Run) async -> Bool {
        if Task.isCancelled { output.message(Self.interruptedTooLate) }
        run.noticeSignal()
        guard let report else { return !Task.isCancelled }
        let failure = report.failure.at(transaction.source, transaction.span)
        return await fail(failure, of: ControlSyntax.transaction.name, &run)
    }

    /// Shows what a transaction would send. What fails in it would undo it.
    private func preview(_ transaction: Transaction, _ run: inout Run) async -> Bool {
        let keepsGoing = settings.keepGoing
        settings.keepGoing = false
        settings.previewsTransaction = true
        defer {
            settings.keepGoing = keepsGoing
            settings.previewsTransaction = false
        }
        do throws(Failure) {
            try await preview("BEGIN", under: "-- access node, one transaction")
            let isComplete = await execute(transaction.body, &run)
            try await preview(isComplete ? "COMMIT" : "ROLLBACK")
            return isComplete || keepsGoing && run.status != .interrupted && !isEnding
        } catch {
            return await fail(error.at(transaction.source, transaction.span), of: "transaction", &run)
        }
    }

    private func preview(_ statement: SQL, under heading: String? = nil) async throws(Failure) {
        let text = (heading.map { [$0] } ?? []) + [SQLLexer.terminated(statement.shown)]
        var outcome = Outcome(table: .plan([statement], output.hiding), text: text)
        outcome.keepsLineEnds = true
        try await Presentation(output, settings).show(outcome, of: "transaction", paged: false)
    }

    /// Runs the statements of a transaction. Consecutive ones that don't need each other's answers are sent without
    /// awaiting them, because a failure undoes all of them anyway.
    private func executeBlock(_ statements: [Statement], _ run: inout Run) async -> Bool {
        var rest = statements[...]
        while let first = rest.first {
            let batch = pipelinable(rest.prefix(Self.largestBatch))
            if batch.count > 1 {
                guard await holdsLocks(at: first.source, first.span, &run), await execute(pipelining: batch, &run)
                else { return false }
                rest = rest.dropFirst(batch.count)
            } else {
                guard await execute(first, &run) else { return false }
                rest = rest.dropFirst()
            }
        }
        return true
    }

    /// Limits the memory for the answers that are held.
    private static let largestBatch = 256

    /// Runs a statement that has arguments but is not a command of the catalogue.
    private func execute(
        _ invocation: Invocation, _ run: inout Run, _ body: (CommandContext, Arguments) async throws -> Void
    ) async -> Bool {
        let name = invocation.syntax.name
        do {
            try Task.checkCancellation()
            let arguments = try Arguments(invocation, variables: variables)
            if settings.echo { output.message(lines: echo(of: invocation)) }
            if !settings.dryRun { try await body(context(settings, running: invocation), arguments) }
            run.succeed()
            try await Presentation(output, settings).show(.nothing, of: name)
            return !isEnding
        } catch {
            return await fail(Failure(thrown: error).at(invocation.source, invocation.span), of: name, &run)
        }
    }

    func fail(_ failure: Failure, of name: String, _ run: inout Run) async -> Bool {
        var failure = await UnreachedNodeAdvice(context(settings, name)).advising(failure)
        if Task.isCancelled { failure.status = .interrupted }
        await report(failure, of: name, settings)
        return run.fail(with: failure.status, keepGoing: settings.keepGoing)
    }

    /// Says what was not run, unless the run was asked to end.
    func tell(_ rest: Message?) {
        guard let rest, !requestedExit.isRequested, !output.hasLostReader, reported?.isShown ?? true else { return }
        output.message(rest)
    }
}

extension Failure {
    /// The failure with the place of a statement, if it has no place of its own.
    func at(_ source: SourceText, _ span: Span) -> Failure {
        guard place == nil, !source.isBeforeTheUser else { return self }
        var failure = self
        failure.place = (source, span)
        return failure
    }
}
