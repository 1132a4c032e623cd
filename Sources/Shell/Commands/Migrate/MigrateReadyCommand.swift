import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct MigrateReadyCommand: Command {
    private static let release = Option<Argument?>(
        "--for", "RELEASE", .text, default: "2.14", check: releaseProblem, "The release that the update goes to")

    static let syntax = CommandSyntax(
        "migrate ready", group: .migration, "Say what an update beyond multi-node would refuse, and what mends it",
        options: [release],
        details: """
            It only reads, on an access node, on a server that was one, and on any other. The update script of TimescaleDB \
            2.14 refuses distributed hypertables, data nodes, and the mark of a cluster, and fails where the table of a \
            compressed chunk is no child of its hypertable's: these are looked for beforehand, and whether the server has \
            the files of that release. Chunks that an earlier tscl has made, and that keep what is dropped from their table or are not known as out of \
            order, are told with what mends them. The status is 5 while something stands in the way. Otherwise it tells the line to \
            type, which tscl does not run itself, and the releases that come behind. The update wants a session of its own \
            that has not touched TimescaleDB before, which is why it has -X.
            """,
        examples: ["migrate ready", "migrate ready --for 2.15 --format json"])

    static let columns: [Table.Column] = [
        .state("severity"), "finding", "remedy",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        // The last data node may have gone since the session began.
        cluster.connection.forgetServer()
        let server = try await cluster.server()
        if server.isEmulated { throw Failure("the emulator has no chunks to migrate, and no later version") }
        guard let current = server.extensionVersion else { throw Failure(server.refusal ?? "there is no TimescaleDB") }
        let wanted = arguments[Self.release]?.text ?? "2.14"
        let isOver = if case .multiNodeRemoved = server.role { true } else { false }
        var (obstacles, installed): ([UpdateObstacle], [String])
        if isOver {
            // Nothing of the catalog that tells of multi-node is there.
            obstacles = []
            installed = try await cluster.send(UpdateFacts.installedVersions).rows.compactMap { $0.first ?? nil }
        } else {
            let facts = UpdateFacts(row: try await cluster.send(UpdateFacts.query).records.first ?? [:])
            obstacles = facts.obstacles(cutOver: try await Self.cutOver(cluster, server))
            installed = facts.installed
        }
        let ladder = VersionLadder(
            to: wanted, from: current, installed: installed, serverVersion: server.serverVersion)
        obstacles += ladder.obstacles
        obstacles += try await cluster.send(IndependentChunks.query).records
            .flatMap { IndependentChunks(row: $0).obstacles }
        let carried = try await cluster.send(DisorderedChunks.candidates).records
        if !carried.isEmpty {
            let answers = try await cluster.send(DisorderedChunks.question(carried)).records
            obstacles += DisorderedChunks.obstacles(carried, answers)
        }
        if let version = ladder.version, !ladder.isReached {
            obstacles += try await Self.obstacles(to: version, from: current, server, cluster)
        }
        var lines = isOver ? ["TimescaleDB \(current) has no multi-node: nothing of it stands in the way"] : []
        if ladder.isReached, !obstacles.contains(where: \.forbids) {
            lines += isOver ? [] : ["nothing of multi-node is left"]
            lines +=
                ["TimescaleDB \(current) is not older than \(wanted)"] + (ladder.rungs.isEmpty ? [] : ["from here on:"])
            lines += ladder.rungs.map { "  \($0)" }
        } else if !obstacles.contains(where: \.forbids), let version = ladder.version {
            let info = try await cluster.link().info
            lines += [
                "nothing stands in the way of \(wanted). Make a backup, end the other sessions of the database, and type:"
            ]
            lines += [
                "  \(Self.update(to: version, info))",
                "  where that ends with \"loader version out-of-date\", restart the server, and type it again",
                "and then:",
            ]
            lines += ladder.rungs.map { "  \($0)" }
        }
        return Self.outcome(obstacles, lines)
    }

    /// What can be told only of a version that is there.
    private static func obstacles(
        to version: String, from current: String, _ server: Capabilities, _ cluster: Cluster
    ) async throws(ClusterError) -> [UpdateObstacle] {
        var found: [UpdateObstacle] = []
        if try await cluster.send(UpdateFacts.leads(from: current, to: version)).value != "t" {
            found.append(
                UpdateObstacle(
                    "no update script leads from TimescaleDB \(current) to \(version)",
                    ["ALTER EXTENSION timescaledb UPDATE TO '2.13.1', alone in its session, and then again"]))
        }
        // The loader is in memory since the server started.
        if server.isSuperuser, try await cluster.send(UpdateFacts.loaderIsNewer).value == "t" {
            found.append(
                UpdateObstacle(
                    "the server runs with an older loader than is installed: the update would end with \"loader version out-of-date\"",
                    ["restart the server"]))
        }
        return found
    }

    /// The distributed tables that are only kept until `finish`, by what their migrations are called.
    private static func cutOver(
        _ cluster: Cluster, _ server: Capabilities
    ) async throws(ClusterError) -> [TableName: TableName] {
        guard server.role == .accessNode, let target = try await cluster.migrationTarget() else { return [:] }
        let done = try await cluster.migrations(on: target).filter { $0.state == .cutOver }
        await target.close()
        return Dictionary(done.map { ($0.aside, $0.source) }) { first, _ in first }
    }

    private static func update(to version: String, _ info: ConnectionInfo) -> String {
        let words = [
            "-h", info.host, "-p", String(info.port), "-U", info.user, "-d", info.database, "-c",
        ].map(ShellWord.quoted)
        return "psql -X \(words.joined(separator: " ")) \"ALTER EXTENSION timescaledb UPDATE TO '\(version)'\""
    }

    private static func outcome(_ obstacles: [UpdateObstacle], _ lines: [String]) -> Outcome {
        let rows: [[Value]] = obstacles.map {
            [
                .text($0.forbids ? "error" : "warning"), .text($0.text), .text($0.remedies.joined(separator: "\n")),
            ]
        }
        var outcome = Outcome(
            table: Table(columns: Self.columns, rows: rows),
            text: obstacles.flatMap { obstacle in
                ["\(obstacle.forbids ? "error" : "warning"): \(obstacle.text)"]
                    + obstacle.remedies.map { "  help: \($0)" }
            } + lines)
        let forbidding = obstacles.count(where: \.forbids)
        if forbidding > 0 {
            outcome.status = .notHealthy
            outcome.complaint = "\(forbidding.counted("thing")) stand\(forbidding == 1 ? "s" : "") in the way"
        }
        return outcome
    }

    private static func releaseProblem(_ text: String) -> (message: String, help: String?)? {
        if text.wholeMatch(of: #/\d+\.\d+(\.\d+)?/#) != nil { return nil }
        return ("'\(text.prefix(40))' is no release", "2.14 is one")
    }
}
