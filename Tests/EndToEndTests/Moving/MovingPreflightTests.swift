import ClusterAccess
import Foundation
import MultiNode
import Postgres
import Sandbox
import Testing

/// What is found out before chunks are moved, on servers with settings with which a copy hangs or fails.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MovingPreflightTests {
    private static let setUp = """
        sql CREATE TABLE metrics (time timestamptz NOT NULL, v float8)
        hypertable create metrics time --chunk-interval '1 day'
        sql INSERT INTO metrics SELECT t, 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-06', '1 hour') t

        """

    @Test func nothingStandsInTheWayOnServersThatAreSetUpWell() async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            let found = try await trial.preflight()
            #expect(found.obstacles == [])
            #expect(found.limits["dn2"]?.destination == 2)
            #expect(found.limits["dn1"]?.source == 5)
        }
    }

    @Test(arguments: [
        ("dn2", "max_logical_replication_workers", "1"), ("dn2", "max_logical_replication_workers", "0"),
        ("dn2", "max_replication_slots", "1"), ("dn2", "max_worker_processes", "4"),
        ("dn1", "max_replication_slots", "1"), ("dn1", "max_wal_senders", "1"), ("dn1", "wal_level", "replica"),
    ])
    func aServerOnWhichACopyWouldHangIsNamed(node: String, setting: String, value: String) async throws {
        try await MovingTrial.with(Self.setUp) { trial in
            try await trial.set(setting, to: value, on: node)
            let found = try await trial.preflight().obstacles
            #expect(found.map(\.place) == [node])
            #expect(found.map(\.isBlocking) == [true])
            #expect(found[0].text.contains("\(setting) is \(value)"), "\(found)")
            // What it says mends it.
            let change = try #require(found[0].remedy.firstMatch(of: #/SET (\w+) = (\w+),/#))
            try await trial.set(String(change.1), to: String(change.2), on: node)
            #expect(try await trial.preflight().obstacles == [])
        }
    }

    private static let withForeignKey = """
        exec CREATE TABLE kinds (k int PRIMARY KEY)
        sql CREATE TABLE kinds (k int PRIMARY KEY)
        exec INSERT INTO kinds VALUES (1)
        sql INSERT INTO kinds VALUES (1)
        sql CREATE TABLE metrics (time timestamptz NOT NULL, k int REFERENCES kinds)
        hypertable create metrics time --chunk-interval '1 day'
        sql INSERT INTO metrics SELECT t, 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-06', '1 hour') t

        """

    @Test func whatIsOpenAndWhatIsMissingIsFound() async throws {
        try await MovingTrial.with(Self.withForeignKey) { trial in
            let cluster = trial.cluster
            // A left-over table, and a parent that is missing or empty.
            let chunk = try await trial.chunk(on: "dn1")
            try await cluster.runScript("dn2", "CREATE TABLE \(chunk.name.quoted) (x int)")
            #expect(
                try await trial.obstacles() == [
                    "! a table of that name is there, of \(chunk.name): the copy would fail"
                ])
            try await cluster.runScript("dn2", "DROP TABLE \(chunk.name.quoted)")

            try await cluster.runScript("dn2", "ALTER TABLE kinds RENAME TO other")
            let missing = "! the table public.kinds is missing, to which a foreign key of public.metrics refers"
            #expect(try await trial.obstacles() == [missing])
            try await cluster.runScript("dn2", "CREATE TABLE kinds (k int PRIMARY KEY)")
            let empty = try await trial.obstacles()
            #expect(empty.count == 1)
            #expect(empty.first?.contains("has 0 rows there and 1 on dn1") == true)
            try await cluster.runScript("dn2", "DROP TABLE kinds")
            try await cluster.runScript("dn2", "ALTER TABLE other RENAME TO kinds")
            #expect(try await trial.preflight().obstacles == [])

            // A prepared transaction, in whichever database of the server.
            try await cluster.runScript("dn1", "CREATE DATABASE beside")
            try await trial.prepare("left behind", on: "dn1", database: "beside")
            let isSeen = try await eventually { try await !trial.obstacles().isEmpty }
            #expect(isSeen)
            let waits = try await trial.obstacles()
            #expect(
                waits.first?.hasPrefix("- copies from it will wait for the prepared transaction left behind in") == true
            )

            // A node that does not answer.
            try await cluster.sandbox.kill("dn2")
            let found = try await trial.preflight().obstacles
            #expect(found.filter(\.isBlocking).map(\.place) == ["dn2"])
        }
    }
}
