import Postgres
import Sandbox
import Testing

/// What the access node answers to those who have not followed a promoted node, on a real engine.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct PromotedNameTests {
    /// Tries again and again to write by COPY, as an application that was not moved does.
    private actor Writer {
        private(set) var accepted = 0
        private(set) var refusals: [String: Int] = [:]
        /// Attempts that ended with the connection: the server has crashed under them.
        private(set) var lost = 0
        private var isOver = false

        func run(_ cluster: Cluster) async {
            while !isOver {
                do {
                    _ = try await cluster.query(
                        "an1",
                        "COPY m (t, dev, n, i) FROM PROGRAM 'echo 2024-01-02 00:00:00+00,9,9999,9999' (FORMAT csv)")
                    accepted += 1
                } catch let error as PostgresError {
                    guard let sqlstate = error.sqlstate, !sqlstate.hasPrefix("57P") else {
                        lost += 1
                        continue
                    }
                    refusals[error.message, default: 0] += 1
                } catch { lost += 1 }
            }
        }

        func end() { isOver = true }
    }

    private func rows(_ cluster: Cluster) async throws -> Int {
        Int(try await cluster.query("dn1", "SELECT count(*) FROM m WHERE dev = 9")[0][0] ?? "") ?? -1
    }

    /// The engine would crash at the first COPY whose node is not to be had, and the way out could not be ended.
    @Test func aCopyThatIsTriedAgainAndAgainEndsNoServer() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await PromotionTests.setUp(cluster, copies: 1)
            let began = try await cluster.connection(to: "an1")
            let writer = Writer()
            let writing = Task { await writer.run(cluster) }
            #expect(await eventually(60) { await writer.accepted > 2 })
            for command in ["\(PromotionTests.start) --max-pause 30s", "migrate verify"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            let told = "m is on dn1 now, which is a server of its own: connect there"
            #expect(await eventually(60) { await writer.refusals.keys.contains { $0.contains(told) } })
            let undone = try await cluster.run("migrate undo all --yes --max-pause 30s", patience: 120)
            #expect(undone.status == 0, "\(undone)")
            let accepted = await writer.accepted
            #expect(await eventually(60) { await writer.accepted > accepted })
            for command in [
                "\(PromotionTests.start) --max-pause 30s", "migrate verify", "migrate finish all --drop-old --yes",
            ] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            await writer.end()
            await writing.value
            // A crash of one session ends all.
            #expect(try await began.execute("SELECT 1").rows == [["1"]])
            await began.close()
            #expect(await writer.lost == 0)
            #expect(try await rows(cluster) == writer.accepted)
        }
    }

    /// Whoever reads or writes is told where the table is.
    @Test func everyStatementIsToldWhereTheTableIs() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await PromotionTests.setUp(cluster, copies: 2)
            #expect(try await cluster.run(PromotionTests.start).status == 0)
            for statement in [
                "SELECT * FROM m", "SELECT count(*) FROM m WHERE dev = 3", "INSERT INTO m (t, dev) VALUES (now(), 1)",
                "UPDATE m SET v = 1", "DELETE FROM m WHERE dev = 1",
                "COPY m (t, dev, n, i) FROM PROGRAM 'echo 2024-01-02 00:00:00+00,9,9999,9999' (FORMAT csv)",
            ] {
                let answer = try await cluster.run("sql \(statement)")
                #expect(
                    answer.status == 1 && answer.errors.contains("m is on dn1 now")
                        && answer.errors.contains("dbname="),
                    "\(statement): \(answer)")
            }
            let status = try await cluster.run("migrate status")
            #expect(status.errors.contains("has these tables as NAME__old"), "\(status)")
            #expect(try await cluster.run("migrate verify").status == 0)
            #expect(try await cluster.run("migrate finish all --drop-old --yes").status == 0)
            let behind = try await cluster.run("sql SELECT * FROM m")
            #expect(behind.errors.contains("m is on dn1 now"), "\(behind)")
            #expect(try await cluster.query("dn1", "SELECT count(*) FROM m") == [["365"]])
        }
    }
}
