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
            [.init(.plan(Plan(sql)) { Self.outcome($0.last ?? QueryResult()) })], concernsNodes: false)
    }

    /// Sends its statement. There are no parts of which some may fail, nor anything to be asked before.
    func run(_ context: CommandContext) async throws -> Outcome {
        if context.settings.dryRun { return try await carryOut(context) }
        let sql = try SQL(arguments)
        let connection = context.cluster.connection
        if connection.hasLostTransaction, DistributedExecLint.rollsBack(sql.text) {
            connection.endLostTransaction()
            return Outcome(text: ["unchanged: the transaction was lost with its connection, and so it is undone"])
        }
        let statement = try statement(sql, context)
        try Task.checkCancellation()
        do {
            let result = try await context.cluster.carryOut(sql, statement.transfer)
            // COMMIT rolls a failed transaction back without an error; only its tag tells.
            if result.commandTag == "ROLLBACK", DistributedExecLint.keepsTransaction(sql.text) {
                throw Failure("the transaction had failed, and was undone everywhere")
            }
            return try statement.answer(result)
        } catch {
            if !Task.isCancelled, let ending = statement.whenUntaken?() { return try ending.get() }
            throw CopyStream.pointing(Failure(thrown: error).pointing(into: arguments), arguments)
        }
    }

    /// What goes over with its statement, and what is made of the result.
    @LoopActor private func statement(_ sql: SQL, _ context: CommandContext) throws -> WrittenStatement {
        if let copy = try CopyStream(context: context, arguments: arguments).run(sql, CopyDirection(of: sql.text)) {
            return copy
        }
        let isUndone = context.cluster.isInScriptTransaction
        if let variables = IntoVariables(arguments) {
            return WrittenStatement { result in
                Outcome(effects: try variables.effects(of: result, isUndone: isUndone))
            }
        }
        guard let rows = context.rows(of: sql, Self.syntax, arguments) else {
            return WrittenStatement { Self.outcome($0) }
        }
        return WrittenStatement(.rows(rows), whenUntaken: { rows.ending }) { result in
            do throws(Failure) {
                return try rows.outcome() ?? Self.outcome(result)
            } catch {
                throw isUndone ? error : error.behind(result, lacking: "rows are not shown")
            }
        }
    }

    static func outcome(_ result: QueryResult) -> Outcome {
        guard !result.columns.isEmpty || result.commandTag.hasPrefix("SELECT") else {
            let tag = result.commandTag
            return Outcome(text: tag.isEmpty ? [] : [tag], changed: !tellsOfNoRows(tag))
        }
        return Outcome(table: Table(result))
    }

    /// Whether a command tag says that a statement has changed no row.
    private static func tellsOfNoRows(_ tag: String) -> Bool {
        let words = tag.split(separator: " ")
        return ["INSERT", "UPDATE", "DELETE", "MERGE", "COPY"].contains(words.first) && words.last == "0"
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
