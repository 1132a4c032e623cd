import CommandLanguage
import Postgres

struct ConnectCommand: Command {
    private static let words = Operand<[Argument]>("CONNINFO", .text, .zeroOrMore)

    private static let reusePrevious = Flag(
        "--reuse-previous", "Keep what CONNINFO does not name as it is in the connection before")

    static let syntax = CommandSyntax(
        "connect", group: .session, "Connect to an access node",
        operands: [words], options: [reusePrevious],
        details: """
            CONNINFO is a URI (postgresql://user@host:5432/db) or libpq's keywords and values (host=an1 dbname=metrics). \
            Nothing is kept of the connection before, but with --reuse-previous: what is not named is what the \
            environment (PGHOST…), service files and .pgpass say, or libpq's default. Several hosts, with commas between and a port for all or for \
            each, are tried in turn. A name alone is another database of the same server. Without CONNINFO the session's first connection, the one that was given at the \
            start, is opened again.
            """,
        examples: [
            "connect metrics", "connect host=an1.example.com dbname=metrics", "connect service=production",
            "connect host=an1,an2 port=5432,5433 target_session_attrs=read-write",
            #"connect --reuse-previous "dbname='metrics = 2' user=app""#,
        ])

    let conninfo: String
    /// libpq's error message about it would quote a part of the password.
    let holdsSecret: Bool
    let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
        let words = arguments[Self.words]
        conninfo = words.map(\.text).joined(separator: " ")
        holdsSecret = words.contains { $0.isSecret } || Secrets.areIn(conninfo: conninfo)
    }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "connect closes the connection that a transaction is on"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        var outcome = Outcome.nothing
        outcome.effects = [.connect(try target(context), isTold: true)]
        return outcome
    }

    private func target(_ context: CommandContext) throws -> ConnectionTarget {
        let reuses = arguments[Self.reusePrevious]
        if conninfo.isEmpty, !reuses { return context.firstTarget }
        guard let database else {
            let named = try namedParameters()
            return reuses ? context.target.changing(named) : ConnectionTarget(named)
        }
        var target = context.target
        target.parameters["dbname"] = database
        return target
    }

    /// The one word that is the name of a database, as `\c` of psql takes it; nil where keywords or a URI are written.
    private var database: String? {
        let words = arguments[Self.words]
        guard words.count == 1, !holdsSecret, !conninfo.hasPrefix("-"), !Secrets.areInDoubt(in: conninfo),
            !ConnectionParameters.isConnectionString(conninfo)
        else { return nil }
        return conninfo
    }

    private func namedParameters() throws -> ConnectionParameters {
        let unreadable = arguments.problem(Secrets.unreadable, help: Secrets.unreadableHelp(of: conninfo))
        if Secrets.areInDoubt(in: conninfo) { throw unreadable }
        let parameters: ConnectionParameters
        do throws(PostgresError) {
            parameters = try ConnectionParameters.parse(conninfo)
        } catch {
            guard !holdsSecret else { throw unreadable }
            throw arguments.problem(error.message, help: "connect host=HOST port=PORT dbname=DATABASE user=ROLE")
        }
        if let problem = HostList(parameters).problem {
            guard !holdsSecret else { throw unreadable }
            throw arguments.problem(problem)
        }
        return parameters
    }
}
