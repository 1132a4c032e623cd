import CommandLanguage
import Postgres

struct ConnectCommand: Command {
    private static let words = Operand<[Argument]>("CONNINFO", .text, .zeroOrMore)

    static let syntax = CommandSyntax(
        "connect", group: .session, "Connect to an access node",
        operands: [words],
        details: """
            CONNINFO is a URI (postgresql://user@host:5432/db) or libpq's keywords and values (host=an1 dbname=metrics). \
            Without it the connection that was given at the start is opened again. The environment (PGHOST…), service \
            files and .pgpass count as they do for psql.
            """,
        examples: ["connect host=an1.example.com dbname=metrics", "connect service=production"])

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
        var target = context.target
        if !conninfo.isEmpty {
            do throws(PostgresError) {
                target = ConnectionTarget(try ConnectionParameters.parse(conninfo))
            } catch {
                guard !holdsSecret else {
                    throw arguments.problem("the connection string can't be read; it may hold a password")
                }
                throw error
            }
        }
        var outcome = Outcome.nothing
        outcome.effects = [.connect(target, isTold: true)]
        return outcome
    }
}
