import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct SQLCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "sql", group: .sql, "Run one statement on the access node",
        options: [OptionSyntax("--into", "VAR", .variable, "Put the one value that it returns into a variable")],
        text: "SQL", changes: true,
        details: """
            The statement is sent as it is written, up to the end of the line or an unquoted ;. :'name' and :"name" stand \
            for variables. A statement that begins with SELECT, WITH, TABLE, SHOW, EXPLAIN or VALUES needs no 'sql', and \
            then runs over lines to its ;.
            """,
        examples: ["sql CREATE TABLE t (time timestamptz NOT NULL, v float8)", "sql --into n SELECT count(*) FROM t"])

    let arguments: Arguments
    let variable: String?

    init(_ arguments: Arguments) {
        self.arguments = arguments
        variable = arguments.value("--into")?.text
    }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.text.flatMap { DistributedExecLint.refusalInTransaction($0.sketch) }
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let sql = try session.statement(arguments)
        if session.settings.dryRun {
            return session.preview(
                Proposal([Proposal.Item(Plan([.statement(sql)]), done: "")]))
        }
        let connection = try await session.accessNode()
        let result: QueryResult
        do throws(Failure) {
            result = try await session.send(sql, on: connection)
        } catch {
            throw error.pointing(into: arguments)
        }
        if let variable { try session.take(result, into: variable, arguments) }
        if variable != nil { return .nothing }
        return Self.outcome(result)
    }

    static func outcome(_ result: QueryResult) -> Outcome {
        guard !result.columns.isEmpty || result.commandTag.hasPrefix("SELECT") else {
            var outcome = Outcome(text: result.commandTag.isEmpty ? [] : [result.commandTag])
            outcome.changed = true
            return outcome
        }
        return Outcome(table: Table(result))
    }
}

extension Failure {
    /// The same at the place of the SQL that the server points at.
    ///
    /// - Parameter arguments: of the command that ends in the SQL that was sent.
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

extension Session {
    /// The SQL that a command ends with, its variables replaced; secrets in it are hidden where it is shown.
    func statement(_ arguments: Arguments) throws(Failure) -> SQL {
        do throws(Diagnostic) {
            let text = try arguments.sql(literal: Quoting.literal, identifier: Quoting.identifier)
            return SQL(text: text?.text ?? "", shown: Secrets.hiding(inSQL: text?.shown ?? ""))
        } catch {
            throw Failure(error)
        }
    }

    fileprivate func take(_ result: QueryResult, into variable: String, _ arguments: Arguments) throws(Failure) {
        guard result.columns.count == 1, result.rows.count == 1, let value = result.rows[0][0] else {
            let found =
                result.rows.count == 1 && result.columns.count == 1
                ? "null" : "\(result.rows.count) rows of \(result.columns.count) columns"
            throw Failure(arguments.problem("--into takes one value, and there is \(found)"))
        }
        variables[variable] = Variables.Value(value)
    }
}
