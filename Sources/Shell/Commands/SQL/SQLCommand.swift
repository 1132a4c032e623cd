import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering

struct SQLCommand: ChangingCommand {
    static let exact = Flag("--exact", "Measure a table by all of its rows before the first is shown")

    static let syntax = CommandSyntax(
        "sql", group: .sql, "Run one statement on the access node",
        options: [IntoVariables.into, IntoVariables.orNull, exact, CopyStream.to, CopyStream.from],
        text: "SQL",
        constraints: [
            .requires(IntoVariables.orNull, IntoVariables.into),
            .exclusive([IntoVariables.into, CopyStream.to, CopyStream.from]),
        ], changes: true,
        details: """
            The statement is sent as it is written, up to the end of the line or an unquoted ;. :'name' and :"name" stand \
            for variables. A statement needs no 'sql' where it begins with a word of SQL (SELECT, INSERT, CREATE, BEGIN…), \
            in any case of letters; it then runs over lines to its ;. SQL's SET is in capitals, or has a = or TO: 'set x 1' is tscl's. Rows are \
            shown as they come. COPY … TO STDOUT writes to standard output or --to FILE. COPY … FROM STDIN reads --from \
            FILE, or the lines behind it up to one that is \\. alone, as psql has it; without that line it reads standard \
            input, where that does not hold the commands. At the prompt the lines are typed. A file is relative to the script's folder; - is standard \
            output or input.
            """,
        examples: [
            "sql CREATE TABLE t (time timestamptz NOT NULL, v float8)", "sql --into n SELECT count(*) FROM t",
            "sql --into from,to --or-null SELECT min(time), max(time) FROM t",
            "sql --to metrics.csv COPY metrics TO STDOUT (FORMAT csv)",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Its SQL decides, when it is sent.
    var keepsLinks: Bool { true }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.text.flatMap { DistributedExecLint.refusalInTransaction($0.sketch) }
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sql = try SQL(arguments)
        try CopyStream(context: context, arguments: arguments).check(CopyDirection(of: sql.text))
        return Proposal(
            [.init(.plan(Plan(sql)) { Self.outcome($0.last ?? QueryResult(), of: sql) })], concernsNodes: false)
    }

    /// Sends its statement. There are no parts of which some may fail, nor anything to be asked before.
    func run(_ context: CommandContext) async throws -> Outcome {
        let sql = try SQL(arguments)
        if context.settings.dryRun { return try await preview(sql, context) }
        let connection = context.cluster.connection
        if connection.hasLostTransaction, DistributedExecLint.rollsBack(sql.text) {
            connection.endLostTransaction()
            return Outcome(text: ["unchanged: the transaction was lost with its connection, and so it is undone"])
        }
        let statement = try statement(sql, context)
        try Task.checkCancellation()
        let result: QueryResult
        do {
            result = try await context.cluster.carryOut(sql, statement.transfer)
        } catch {
            if !Task.isCancelled, let ending = statement.whenUntaken?() { return try ending.get() }
            throw explained(Failure(thrown: error))
        }
        do {
            // COMMIT rolls a failed transaction back without an error; only its tag tells.
            if result.commandTag == "ROLLBACK", DistributedExecLint.keepsTransaction(sql.text) {
                // no_active_sql_transaction: appendix A of the PostgreSQL manual.
                let wasNone = result.warnings.contains { $0.sqlstate == "25P01" }
                throw Failure(
                    wasNone
                        ? "no transaction was open: nothing was prepared"
                        : "the transaction had failed, and was undone everywhere")
            }
            return try statement.answer(result)
        } catch {
            throw explained(Failure(thrown: error))
        }
    }

    /// Shows the statement that would be sent. What only reads is asked all the same where the script is steered by it: what
    /// follows needs the values.
    private func preview(_ sql: SQL, _ context: CommandContext) async throws -> Outcome {
        var outcome = try await carryOut(context)
        guard let variables = IntoVariables(arguments), sql.onlyReads || sql.isReadingWith else { return outcome }
        do {
            outcome.effects = try variables.effects(of: try await context.rows(of: sql), isUndone: true)
        } catch {
            // As where what it reads would be made by the statements before it.
            if Task.isCancelled { throw error }
            outcome.notes.append("it gives no value now: \(Failure(thrown: error).summary)")
        }
        return outcome
    }

    /// What goes over with its statement, and what is made of the result.
    @LoopActor private func statement(_ sql: SQL, _ context: CommandContext) throws -> WrittenStatement {
        if let copy = try CopyStream(context: context, arguments: arguments).run(sql, CopyDirection(of: sql.text)) {
            return copy
        }
        let isUndone = context.cluster.isInScriptTransaction
        if let variables = IntoVariables(arguments) {
            return WrittenStatement { result in
                Outcome(
                    effects: try variables.effects(of: result, isUndone: isUndone),
                    changed: Self.hasChanged(result, sql))
            }
        }
        guard let rows = context.rows(of: sql, Self.syntax, arguments) else {
            let isScript = context.settings.format == .script
            return WrittenStatement { result in
                if isScript, !result.columns.isEmpty {
                    let failure = Failure.noScript(of: Self.syntax.name)
                    throw isUndone ? failure : failure.behind(result, lacking: "rows are not shown")
                }
                return Self.outcome(result, of: sql)
            }
        }
        return WrittenStatement(.rows(rows), whenUntaken: { rows.ending }) { result in
            do throws(Failure) {
                guard var outcome = try rows.outcome() else { return Self.outcome(result, of: sql) }
                outcome.changed = Self.hasChanged(result, sql)
                return outcome
            } catch {
                throw isUndone ? error : error.behind(result, lacking: "rows are not shown")
            }
        }
    }

    func explained(_ failure: Failure) -> Failure {
        var failure = failure
        // syntax_error: appendix A of the PostgreSQL manual.
        if failure.sqlstate == "42601", failure.message.hasSuffix(#"at or near ":""#) {
            failure.remedy =
                failure.remedy ?? #"a variable stands in SQL as :'NAME' for a literal, :"NAME" for an identifier"#
        }
        return CopyStream.pointing(failure.pointing(into: arguments), arguments)
    }

    static func outcome(_ result: QueryResult, of sql: SQL) -> Outcome {
        let changed = hasChanged(result, sql)
        guard result.columns.isEmpty else { return Outcome(table: Table(result), changed: changed) }
        let tag = result.commandTag
        return Outcome(text: tag.isEmpty ? [] : [tag], changed: changed)
    }

    /// Whether a statement has changed something, as far as its tag and its words tell.
    private static func hasChanged(_ result: QueryResult, _ sql: SQL) -> Bool {
        // The bytes of the tag, because this is asked for each statement.
        let tag = result.commandTag.utf8
        return switch Substring(tag.prefix { $0 != UInt8(ascii: " ") }) {
        case "INSERT", "UPDATE", "DELETE", "MERGE", "COPY": !tag.suffix(2).elementsEqual(" 0".utf8)
        // CREATE TABLE AS and SELECT INTO have that tag, and no columns.
        case "SELECT": result.columns.isEmpty || !sql.onlyReads && !sql.isReadingWith
        case "SHOW", "EXPLAIN", "FETCH": false
        default: true
        }
    }
}

extension Failure {
    /// The failure to make something of what a statement has answered: the statement itself took effect.
    ///
    /// - Parameter lack: what comes of the failure, as "rows are not shown".
    func behind(_ result: QueryResult, lacking lack: String) -> Failure {
        var failure = self
        // A SELECT may call a function that changes something; of all others the tag says what they did.
        if result.commandTag.hasPrefix("SELECT") || ["SHOW", "EXPLAIN"].contains(result.commandTag) {
            failure.remedy =
                failure.remedy ?? "the statement was run: what its functions changed, if anything, stays"
            return failure
        }
        failure.detail = "the statement took effect; only its \(lack)"
        failure.done = result.commandTag.isEmpty ? [] : [result.commandTag]
        return failure
    }

    /// The failure with the place in the SQL that the server points at.
    ///
    /// - Parameter arguments: the arguments of the command that ends in the SQL that was sent.
    func pointing(into arguments: Arguments) -> Failure {
        guard place == nil, let position,
            let span = arguments.span(
                ofCharacter: position, literal: Quoting.literal, identifier: Quoting.identifier)
        else { return self }
        var failure = self
        failure.place = (arguments.invocation.source, span)
        return failure
    }
}

extension SQL {
    /// Whether it begins with WITH and no part of it changes rows.
    fileprivate var isReadingWith: Bool {
        firstWord == "WITH"
            && DistributedExecLint.names(in: text).isDisjoint(with: ["insert", "update", "delete", "merge"])
    }

    /// The SQL at the end of a command, with its variables replaced; secrets in it are hidden wherever it is shown.
    init(_ arguments: Arguments) throws(Diagnostic) {
        let text = try arguments.sql(literal: Quoting.literal, identifier: Quoting.identifier)
        self.init(text: text?.text ?? "", shown: Secrets.hiding(inSQL: text?.shown ?? ""))
    }

    /// The same of a query that a condition or a loop asks.
    init(_ query: SQLText, in source: SourceText, _ variables: Variables) throws(Diagnostic) {
        let text = try Expansion(variables: variables, source: source).sql(
            query, literal: Quoting.literal, identifier: Quoting.identifier)
        self.init(text: text.text, shown: Secrets.hiding(inSQL: text.shown))
    }
}
