import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct SQLCommand: ChangingCommand {
    private static let into = Option<Argument?>(
        "--into", "VAR", .variable, "Put the one value that it returns into a variable")

    static let exact = Flag("--exact", "Measure a table by all of its rows before the first is shown")

    static let syntax = CommandSyntax(
        "sql", group: .sql, "Run one statement on the access node",
        options: [into, exact, CopyStream.to, CopyStream.from],
        text: "SQL",
        constraints: [.exclusive([into, CopyStream.to, CopyStream.from])], changes: true,
        details: """
            The statement is sent as it is written, up to the end of the line or an unquoted ;. :'name' and :"name" stand \
            for variables. A statement that begins with SELECT, WITH, TABLE, SHOW, EXPLAIN or VALUES needs no 'sql', and \
            then runs over lines to its ;. Rows are shown as they come. COPY … TO STDOUT writes to standard output or \
            --to FILE, COPY … FROM STDIN reads --from FILE or standard input, where that does not hold the commands; \
            at the prompt the lines that are typed, up to one that is \\. alone. A file is relative to the script's folder.
            """,
        examples: [
            "sql CREATE TABLE t (time timestamptz NOT NULL, v float8)", "sql --into n SELECT count(*) FROM t",
            "sql --to metrics.csv COPY metrics TO STDOUT (FORMAT csv)",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.text.flatMap { DistributedExecLint.refusalInTransaction($0.sketch) }
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let sql = try SQL(arguments)
        if !context.settings.dryRun, DistributedExecLint.rollsBack(sql.text),
            await context.cluster.connection.endLostTransaction()
        {
            return Proposal([], unchanged: ["the transaction was lost with its connection, and so it is undone"])
        }
        let plan = Plan(sql)
        let (arguments, variable) = (arguments, arguments[Self.into]?.text)
        let isUndone = await context.cluster.isInScriptTransaction
        let copying = CopyStream(context: context, arguments: arguments)
        if let item = try copying.item(plan, DistributedExecLint.clientStream(of: sql.text)) {
            return Proposal([item], concernsNodes: false)
        }
        let rows = variable == nil ? await context.rows(of: sql, Self.syntax, arguments) : nil
        var item = Proposal.Item(
            .plan(plan) { results in
                let result = results.last ?? QueryResult()
                guard let variable else { return try rows?.outcome() ?? Self.outcome(result) }
                var outcome = Outcome.nothing
                outcome.effects = [.variable(variable, try Self.value(of: result, arguments, isUndone: isUndone))]
                return outcome
            })
        if let rows {
            item.transfer = .rows(rows)
            item.whenUntaken = { rows.ending }
        }
        return Proposal([item], concernsNodes: false)
    }

    func explained(_ failure: Failure) -> Failure { failure.pointing(into: arguments) }

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

    /// - Parameter isUndone: whether the failure undoes the statement, with the transaction that it is in.
    private static func value(
        of result: QueryResult, _ arguments: Arguments, isUndone: Bool
    ) throws(Failure) -> Variables.Value {
        if result.columns.count == 1, result.rows.count == 1, let value = result.rows[0][0] {
            return Variables.Value(PostgresType(oid: result.columns[0].typeOID).value(value).text)
        }
        let (rows, columns) = (result.rows.count, result.columns.count)
        let found =
            rows == 1 && columns == 1
            ? "this one is null"
            : "there \(rows == 1 ? "is" : "are") \(rows.counted("row")) of \(columns.counted("column"))"
        var failure = Failure(arguments.problem("--into takes one value, and \(found)"))
        if isUndone { throw failure }
        // A SELECT may call a function that changes something; of all others the tag says what they did.
        let isQuery = result.commandTag.hasPrefix("SELECT") || ["SHOW", "EXPLAIN"].contains(result.commandTag)
        failure.detail = isQuery ? nil : "the statement took effect; only its value is missing"
        failure.done = isQuery || result.commandTag.isEmpty ? [] : [result.commandTag]
        if isQuery { failure.remedy = "the statement was run: what its functions changed, if anything, stays" }
        throw failure
    }
}

extension Failure {
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
}
