import CommandLanguage
import Postgres

struct ConnectCommand: Command {
    private static let words = Operand<[Argument]>("CONNINFO", .text, .zeroOrMore)

    static let syntax = CommandSyntax(
        "connect", group: .session, "Connect to an access node",
        operands: [words],
        details: """
            CONNINFO is a URI (postgresql://user@host:5432/db) or libpq's keywords and values (host=an1 dbname=metrics). \
            Nothing is kept of the connection before: what is not named is what the environment (PGHOST…), service \
            files and .pgpass say, or libpq's default. Several hosts, with commas between and a port for all or for \
            each, are tried in turn. Without CONNINFO the session's first connection, the one that was given at the \
            start, is opened again.
            """,
        examples: [
            "connect host=an1.example.com dbname=metrics", "connect service=production",
            "connect host=an1,an2 port=5432,5433 target_session_attrs=read-write",
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
        outcome.effects = [.connect(conninfo.isEmpty ? context.firstTarget : try target(), isTold: true)]
        return outcome
    }

    /// What is named, and nothing of the connection before.
    private func target() throws -> ConnectionTarget {
        let unreadable = arguments.problem(Secrets.unreadable, help: Secrets.unreadableHelp(of: conninfo))
        if Secrets.areInDoubt(in: conninfo) { throw unreadable }
        let parameters: ConnectionParameters
        do throws(PostgresError) {
            parameters = try ConnectionParameters.parse(conninfo)
        } catch {
            guard !holdsSecret else { throw unreadable }
            // As psql takes them: a name of a database, or options.
            let isName = arguments[Self.words].count == 1 && !conninfo.hasPrefix("-")
            throw arguments.problem(
                error.message,
                help: isName
                    ? "connect dbname=\(conninfo), with host=, port= and user= where they are not the usual ones"
                    : "connect host=HOST port=PORT dbname=DATABASE user=ROLE")
        }
        if let problem = HostList(parameters).problem {
            guard !holdsSecret else { throw unreadable }
            throw arguments.problem(problem)
        }
        return ConnectionTarget(parameters)
    }
}
