import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct VersionCommand: Command {
    static let syntax = CommandSyntax(
        "version", group: .help, "Show the versions of tscl, libpq and the access node")

    static let columns: [Table.Column] = [
        "component", "version",
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        var rows: [[Value]] = [
            [.text("tscl"), .text(Version.text)],
            [.text("libpq"), .text(ServerVersion.text(LibraryVersion.number))],
        ]
        if let (capabilities, info) = try await Self.server(context.cluster) {
            rows.append([.text("PostgreSQL"), .text(ServerVersion.text(info.serverVersion))])
            let version = capabilities.extensionVersion ?? "none"
            rows.append([.text("TimescaleDB"), .text(version)])
        }
        var outcome = Outcome(table: Table(columns: Self.columns, rows: rows))
        outcome.text = rows.map { row in
            row.map { if case .text(let text) = $0 { text } else { "" } }.joined(separator: " ")
        }
        return outcome
    }

    /// What the access node is; nil where there is none, which is no error here.
    private static func server(_ cluster: Cluster) async throws(ClusterError) -> (Capabilities, ConnectionInfo)? {
        do throws(ClusterError) {
            return (try await cluster.server(), try await cluster.link().info)
        } catch {
            if error.kind == .interrupted { throw error }
            return nil
        }
    }
}
