package import CommandLanguage
import MultiNode
import Platform

/// Statements that decide which others run.
extension Run {
    /// Runs a statement.
    ///
    /// - Returns: whether the run may go on.
    package mutating func execute(_ statement: Statement, in session: isolated Session) async -> Bool {
        switch statement {
        case .command(let invocation): return await execute(invocation, in: session)
        case .conditional(let conditional): return await execute(conditional, in: session)
        case .loop(let loop): return await execute(loop, in: session)
        case .transaction(let transaction): return await execute(transaction, in: session)
        case .include(let inclusion): return await execute(inclusion, in: session)
        case .wait(let wait):
            return await execute(wait.invocation, in: session) { session, arguments throws(Failure) in
                try await session.wait(for: wait.condition, arguments)
            }
        case .assertion(let assertion):
            return await execute(assertion.invocation, in: session) { session, arguments throws(Failure) in
                try await session.require(assertion)
            }
        case .sleep(let pause):
            return await execute(pause.invocation, in: session) { session, arguments throws(Failure) in
                try await session.pause(arguments.duration(ofOperand: "TIME") ?? .zero)
            }
        }
    }

    /// The statements of a transaction: those that follow each other and need nothing of each other's answers are sent
    /// without awaiting them, because whatever fails undoes all of them anyway.
    private mutating func executeBlock(_ statements: [Statement], in session: isolated Session) async -> Bool {
        var rest = statements[...]
        while let first = rest.first {
            let batch = session.pipelinable(rest.prefix(Self.largestBatch))
            if batch.count > 1 {
                guard await execute(pipelining: batch, in: session) else { return false }
                rest = rest.dropFirst(batch.count)
            } else {
                guard await execute(first, in: session) else { return false }
                rest = rest.dropFirst()
            }
        }
        return true
    }

    /// So that the answers that are held take little memory.
    private static let largestBatch = 256

    private mutating func execute(_ statements: [Statement], in session: isolated Session) async -> Bool {
        for statement in statements {
            guard await execute(statement, in: session) else { return false }
        }
        return true
    }

    private mutating func execute(_ conditional: Conditional, in session: isolated Session) async -> Bool {
        for branch in conditional.branches {
            let isChosen: Bool
            do throws(Failure) {
                try Task.checkInterruption()
                session.startTimeLimit()
                defer { session.deadline = nil }
                isChosen = try await session.holds(branch.condition)
            } catch {
                return fail(error, of: "if", in: session)
            }
            if isChosen { return await execute(branch.body, in: session) }
        }
        return await execute(conditional.otherwise ?? [], in: session)
    }

    private mutating func execute(_ loop: Loop, in session: isolated Session) async -> Bool {
        let elements: [Variables.Value]
        do throws(Failure) {
            session.startTimeLimit()
            defer { session.deadline = nil }
            elements = try await session.elements(of: loop)
        } catch {
            return fail(error, of: "foreach", in: session)
        }
        for (index, element) in elements.enumerated() {
            session.variables[loop.variable] = element
            session.hideSecrets()
            guard await execute(loop.body, in: session) else {
                tellRest(of: loop, elements[index...], in: session)
                return false
            }
        }
        return true
    }

    /// The arguments of the file are `${1}`, `${2}`… while it runs.
    private mutating func execute(_ inclusion: Inclusion, in session: isolated Session) async -> Bool {
        let arguments: Arguments
        do throws(Diagnostic) {
            arguments = try Arguments(inclusion.invocation, variables: session.variables)
        } catch {
            return fail(Failure(error), of: "include", in: session)
        }
        guard let statements = session.scripts.statements(of: inclusion) else {
            return fail(Failure(arguments.problem("\(inclusion.file) has not been read")), of: "include", in: session)
        }
        let outer = session.variables.arguments
        session.variables.arguments = arguments.operands("ARG").map { Variables.Value($0.text, isSecret: $0.isSecret) }
        defer { session.variables.arguments = outer }
        for (index, statement) in statements.enumerated() {
            guard await execute(statement, in: session) else {
                tellRest(statements[(index + 1)...], in: session)
                return false
            }
        }
        return true
    }

    /// All of the block or nothing: whatever fails in it undoes it everywhere, and ends it.
    private mutating func execute(_ transaction: Transaction, in session: isolated Session) async -> Bool {
        if session.settings.dryRun {
            session.output.data("-- access node, one transaction\nBEGIN;")
            defer { session.output.data("COMMIT;") }
            return await execute(transaction.body, in: session)
        }
        let keepsGoing = session.settings.keepGoing
        do throws(Failure) {
            try Task.checkInterruption()
            try await session.beginBlock()
            session.settings.keepGoing = false
            defer { session.settings.keepGoing = keepsGoing }
            if await executeBlock(transaction.body, in: session) {
                try await session.commitBlock()
                return true
            }
        } catch {
            await session.rollBackBlock()
            var failure = error
            if failure.place == nil, !transaction.source.isBeforeTheUser {
                failure.place = (transaction.source, transaction.span)
            }
            return fail(failure, of: "transaction", in: session)
        }
        await session.rollBackBlock()
        session.output.message("note: nothing of the transaction was done: it was undone on all nodes")
        return keepsGoing && status != .interrupted && !session.isEnding
    }

    /// A statement with words but no command of the catalogue.
    private mutating func execute(
        _ invocation: Invocation, in session: isolated Session,
        _ body: (isolated Session, Arguments) async throws(Failure) -> Void
    ) async -> Bool {
        let name = invocation.syntax.name
        do throws(Failure) {
            try Task.checkInterruption()
            let arguments: Arguments
            do throws(Diagnostic) {
                arguments = try Arguments(invocation, variables: session.variables)
            } catch {
                throw Failure(error)
            }
            if session.settings.echo { session.output.message(session.echo(of: invocation)) }
            if !session.settings.dryRun {
                session.startTimeLimit()
                defer { session.deadline = nil }
                try await body(session, arguments)
            }
            succeed()
            try session.show(.nothing, of: name, in: session.settings.format)
            return !session.isEnding
        } catch {
            var failure = error
            if failure.place == nil, !invocation.source.isBeforeTheUser {
                failure.place = (invocation.source, invocation.span)
            }
            return fail(failure, of: name, in: session)
        }
    }

    mutating func fail(_ failure: Failure, of name: String, in session: isolated Session) -> Bool {
        var failure = failure
        if Task.isCancelled { failure.status = .interrupted }
        session.show(failure, of: name, in: session.settings.format)
        return fail(with: failure.status, in: session)
    }
}

extension Session {
    fileprivate func elements(of loop: Loop) async throws(Failure) -> [Variables.Value] {
        switch loop.elements {
        case .nodes: return try await dataNodes().map { Variables.Value($0.name) }
        case .hypertables: return try await hypertables().map { Variables.Value($0.table.shownName) }
        case .roles:
            let own = try await send(DatabaseRole.list, on: try await cluster().connection)
            return own.records.map { Variables.Value(DatabaseRole(row: $0).name) }
        case .words:
            do throws(Diagnostic) {
                return try (loop.arguments(variables) ?? []).map { Variables.Value($0.text, isSecret: $0.isSecret) }
            } catch {
                throw Failure(error)
            }
        }
    }

    /// What can't be told counts as not yet; the reason is said when the time is over.
    fileprivate func wait(for condition: Condition, _ arguments: Arguments) async throws(Failure) {
        let limit = arguments.duration("--timeout") ?? settings.timeout ?? .seconds(60)
        let interval = arguments.duration("--every") ?? .seconds(1)
        let end = ContinuousClock.now.advanced(by: limit)
        defer { deadline = nil }
        var reason: String?
        while true {
            let started = ContinuousClock.now
            deadline = end
            do throws(Failure) {
                if try await holds(condition) { return }
                reason = nil
            } catch {
                // A name that is wrong is wrong a second later too.
                if error.isAboutTheScript { throw error }
                reason = error.summary
            }
            try Task.checkInterruption()
            guard ContinuousClock.now < end else { break }
            try await pause(until: min(end, started.advanced(by: interval)))
        }
        var failure = Failure("it did not come about within \(limit.written)")
        failure.detail = reason
        failure.place = (condition.source, condition.span)
        throw failure
    }

    fileprivate func require(_ assertion: Assertion) async throws(Failure) {
        guard try await !holds(assertion.condition) else { return }
        var failure = Failure(try message(of: assertion) ?? "it does not hold", status: .notHealthy)
        failure.place = (assertion.condition.source, assertion.condition.span)
        throw failure
    }

    private func message(of assertion: Assertion) throws(Failure) -> String? {
        guard let message = assertion.message else { return nil }
        do throws(Diagnostic) {
            return try assertion.condition.argument(message, variables: variables).text
        } catch {
            throw Failure(error)
        }
    }

    fileprivate func pause(_ time: Duration) async throws(Failure) { try await pause(until: .now.advanced(by: time)) }

    private func pause(until time: ContinuousClock.Instant) async throws(Failure) {
        do throws(CancellationError) {
            try await EventLoop.shared.sleep(until: time)
        } catch {
            throw Failure("interrupted", status: .interrupted)
        }
    }
}
