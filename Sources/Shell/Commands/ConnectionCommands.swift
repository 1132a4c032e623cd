import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct ConnectCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "connect", "Connect to an access node",
        operands: [OperandSyntax("CONNINFO", .text, .zeroOrMore)],
        details: """
            CONNINFO is a URI (postgresql://user@host:5432/db) or libpq's keywords and values (host=an1 dbname=metrics). \
            Without it the connection that was given at the start is opened again. The environment (PGHOST…), service \
            files and .pgpass count as they do for psql.
            """,
        examples: ["connect host=an1.example.com dbname=metrics", "connect service=production"])

    let conninfo: String
    /// libpq's complaint about it would cite a part of the password.
    let holdsSecret: Bool
    let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
        let words = arguments.operands("CONNINFO")
        conninfo = words.map(\.text).joined(separator: " ")
        holdsSecret = words.contains { $0.isSecret } || Secrets.areIn(conninfo: conninfo)
    }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "connect closes the connection that a transaction is on"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        var target = session.target
        if !conninfo.isEmpty {
            do throws(PostgresError) {
                target = ConnectionTarget(try ConnectionParameters.parse(conninfo))
            } catch {
                guard !holdsSecret else {
                    throw Failure(arguments.problem("the connection string can't be read; it may hold a password"))
                }
                throw Failure(error)
            }
        }
        try await session.connect(to: target)
        return Outcome(text: [try await session.connectionSummary()])
    }
}

struct DisconnectCommand: UncheckedCommand {
    static let syntax = CommandSyntax("disconnect", "Close the connection to the access node", needsConnection: false)

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "disconnect closes the connection that a transaction is on"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        await session.disconnect()
        return Outcome(text: ["disconnected"])
    }
}

struct ReconnectCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "reconnect", "Close the connection to the access node and open it again",
        details: "Settings of the session (SET) are gone then; variables stay.", examples: ["reconnect"])

    init(_ arguments: Arguments) {}

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "reconnect closes the connection that a transaction is on"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        try await session.connect(to: session.target)
        return Outcome(text: [try await session.connectionSummary()])
    }
}

extension Session {
    /// `connected to dist at an1:5432 as postgres: TimescaleDB 2.13.1 on PostgreSQL 15.18`
    func connectionSummary() async throws(Failure) -> String {
        let info = try await server().connection.info
        var text = "connected to \(info.database) at \(placeName) as \(info.user)"
        if let engine = engineName { text += ": \(engine)" }
        return text
    }

    /// The access node's name for people: the sandbox's, or host and port.
    var placeName: String {
        if target.sandbox != nil { return "an1" }
        guard let info = connection?.info else { return target.parameters["host"] ?? "" }
        let place = info.isLocalSocket ? "[local]" : info.host
        // Several servers of one machine differ by it alone.
        return info.isLocalSocket && info.port == 5432 ? place : "\(place):\(info.port)"
    }

    /// What the access node runs; an emulated cluster says so wherever it shows a version.
    var engineName: String? {
        guard let capabilities, let info = connection?.info else { return nil }
        let server = "PostgreSQL \(ServerVersion.text(info.serverVersion))"
        if capabilities.isEmulated {
            let version = (capabilities.extensionVersion ?? "").replacing("-emulated", with: "")
            return "emulated TimescaleDB \(version) on \(server)"
        }
        guard let version = capabilities.extensionVersion else { return "no TimescaleDB, \(server)" }
        return "TimescaleDB \(version) on \(server)"
    }
}

/// The number that libpq gives for a server's version.
enum ServerVersion {
    /// `150018` is 15.18.
    static func text(_ number: Int) -> String { "\(number / 10_000).\(number % 10_000)" }
}
