import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

@testable import Operations

/// Cleaning up after a copy, at canned servers.
@Suite(.timeLimit(.minutes(1))) struct CopyCleanupTests {
    private let canned = CannedCluster()
    private let row: [String: String?] = [
        "operation": "tscl_7_z", "chunk_id": "7", "chunk_schema": "i", "chunk_name": "c", "table_schema": "public",
        "table_name": "m", "source": "dn1", "destination": "dn2", "stage": "complete", "move": "f", "on_source": "t",
        "on_destination": "t", "other_copies": "1",
    ]

    /// tscl was frozen, or cut off for a while: all was undone, and the session is gone.
    @Test func whatTheServerEndedForSilenceIsBegunAnew() async throws {
        let copying = ChunkCopying(row: row)
        let undoing = try #require(copying.undoing(CannedCluster.capabilities, lockWithin: .seconds(3)))
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(ChunkCopying.list(ofChunk: 7), .rows([row]))
        let ended = PostgresError(
            .connectionLost,
            ServerMessage(sqlstate: "25P03", message: "terminating connection due to idle-in-transaction timeout"))
        let (hold, cluster) = (try #require(undoing.locking.last), canned.cluster())
        canned["an1"].answer(hold, .failure(ended), .failure(ended), .done("LOCK TABLE"))
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone())
        #expect(dropped(undoing) == 1)

        canned["an1"].answer(hold, .failure(ended))
        let error = await #expect(throws: ClusterError.self) {
            try await cluster.cleanUp(copying, isClaimed: true)
        }
        #expect(error?.sqlstate == "25P03" && dropped(undoing) == 1)
    }

    /// An unproved copy is read, and so its drop gets more time where --max-lock leaves it too little.
    @Test func aDropThatWritersLeaveTooLittleTimeGetsMore() async throws {
        let copying = ChunkCopying(row: row)
        let undoing = try #require(copying.undoing(CannedCluster.capabilities, lockWithin: .milliseconds(100)))
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(ChunkCopying.list(ofChunk: 7), .rows([row]))
        let tooLong = PostgresError(
            .server, ServerMessage(sqlstate: "57014", message: "canceling statement due to statement timeout"))
        canned["an1"].answer(undoing.drop, .failure(tooLong), .failure(tooLong), .done("SELECT 1"))
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true, maxLock: .milliseconds(100)) == .undone())
        let limits = canned.toAccessNode.filter { $0.hasPrefix("SET LOCAL statement_timeout") }
        #expect(limits.map { $0.suffix(4) } == [" 100", " 400", "1600"])

        canned["an1"].answer(undoing.drop, .failure(tooLong))
        let error = await #expect(throws: ClusterError.self) {
            try await cluster.cleanUp(copying, isClaimed: true, maxLock: .milliseconds(100))
        }
        #expect(error?.remedy == "chunk cleanup tscl_7_z tries again")
    }

    // MARK: What it alone has

    /// dn2 has a copy that nobody has proved; with these rows there and on dn1, which it was made from.
    private func prepare(
        _ own: [Int], source: [Int], _ row: [String: String?]? = nil
    ) throws -> (copying: ChunkCopying, undoing: CopyUndoing) {
        let row = row ?? self.row
        let copying = ChunkCopying(row: row)
        let chunk = try #require(copying.chunk)
        let shape = RowShape(table: TableName(schema: "public", name: "m"), columns: ["time", "v"], key: ["time"])
        var server = canned["an1"]
        server.otherwise = .value("0")
        server.answer(ChunkCopying.list(ofChunk: 7), .rows([row]))
        var choice = Chunk.Choice()
        choice.name = chunk
        server.answer(
            Chunk.list(choice, CannedCluster.capabilities),
            .rows([
                [
                    "id": "7", "schema": "i", "name": "c", "table_id": "1", "table_schema": "public", "table_name": "m",
                    "nodes": "{dn1,dn2}", "numbers": "{70,71}", "replication_factor": "1",
                ]
            ]))
        server.answer(
            RowShape.list(of: [1]),
            .rows([
                ["schema": "public", "name": "m", "columns": "{time,v}", "dimensions": "{time}", "primary_key": "{}"]
            ]))
        canned["an1"] = server
        for (node, rows) in [("dn1", source), ("dn2", own)] {
            var server = canned[Place(stringLiteral: node)]
            server.otherwise = .none
            server.answer(
                CopyQuestion.digest().query(of: chunk, shape), .rows([["rows": "\(rows.count)", "hash": "\(rows)"]]))
            server.answer(
                CopyQuestion.parts.query(of: chunk, shape),
                .rows(rows.map { ["part": "\($0)", "rows": "1", "hash": "\($0)"] }))
            server.answer(
                CopyQuestion.rows([3]).query(of: chunk, shape),
                .rows(rows.filter { $0 == 3 }.map { ["hash": "\($0)", "rows": "1", "key": ""] }))
            canned[Place(stringLiteral: node)] = server
        }
        let aside = TableName(schema: "public", name: "c_replaced")
        canned["dn2"].answer(CopyAside.freeName(of: chunk, shape.table), .value(aside.name))
        canned["dn2"].answer(CopyQuestion.digest().query(of: aside, shape), .rows([["rows": "1", "hash": "3"]]))
        return (copying, try #require(copying.undoing(CannedCluster.capabilities, lockWithin: .seconds(3))))
    }

    /// The source may have lost them since, as where its node was put back to an older state.
    @Test func whatACopyAloneHasIsKeptBeforeItGoes() async throws {
        let (copying, undoing) = try prepare([1, 2, 3], source: [1, 2])
        let kept = KeptTable(TableName(schema: "public", name: "c_replaced"), rows: 1, isSurplus: true)
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone(keeping: kept))
        let sent = canned.servers.sent.map(\.text)
        let made = try #require(sent.firstIndex { $0.hasPrefix("CREATE TABLE") && $0.contains("c_replaced") })
        let drop = try #require(sent.firstIndex { $0 == undoing.drop.text })
        #expect(made < drop)
        // Nothing is taken away from the snapshot that is read.
        let lock = try #require(sent.firstIndex { $0 == #"LOCK TABLE "i"."c" IN ACCESS SHARE MODE"# })
        #expect(lock < sent.firstIndex { $0 == CopyQuestion.settings.text } ?? 0)
    }

    /// What it alone has then is older: an UPDATE or DELETE has reached the other alone.
    @Test(arguments: [("100000", "t", false), ("650", "t", true), ("100000", "f", true)])
    func besideASourceThatNothingHasHappenedToNothingIsKept(_ uptime: String, _ isFirst: String, _ keeps: Bool)
        async throws
    {
        let (copying, _) = try prepare([1, 2, 3], source: [1, 2])
        canned["an1"].answer(UnbrokenSource.age(of: copying.operation), .value("600.5"))
        canned["dn1"].answer(UnbrokenSource.standing, .rows([["uptime": uptime, "is_first": isFirst]]))
        let cluster = canned.cluster()
        _ = try await cluster.cleanUp(copying, isClaimed: true)
        #expect(canned.servers.sent.contains { $0.text.hasPrefix("CREATE TABLE") } == keeps)
    }

    /// A row that is changed between the reading of the one copy and of the other is in neither.
    @Test func whatIsChangedMeanwhileIsNotKept() async throws {
        let (copying, undoing) = try prepare([1, 2, 3], source: [1, 2])
        let shape = RowShape(table: TableName(schema: "public", name: "m"), columns: ["time", "v"], key: ["time"])
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: try #require(copying.chunk), shape),
            .rows([["rows": "3", "hash": "3"]]), .rows([["rows": "2", "hash": "[1, 2]"]]))
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone())
        #expect(dropped(undoing) == 1 && !canned.servers.sent.contains { $0.text.hasPrefix("CREATE TABLE") })
        #expect(canned.servers.sent.count { $0.text == "ROLLBACK" && $0.place == "dn2" } >= 2)
    }

    /// Its node was marked unavailable, and others wrote meanwhile.
    @Test(arguments: [[1, 2, 3], [1, 2]]) func soIsWhatOneHasThatIsRegisteredNoMore(_ own: [Int]) async throws {
        var row = row
        row["on_destination"] = "f"
        let (copying, _) = try prepare(own, source: [1, 2], row)
        #expect(copying.isOrphaned)
        canned["dn2"].answer(
            copying.looseTables(of: []),
            .rows([["schema": "i", "name": "c", "kept": "f", "chunk": "t", "aside": "c_replaced"]]))
        let kept =
            own.count > 2 ? KeptTable(TableName(schema: "public", name: "c_replaced"), rows: 1, isSurplus: true) : nil
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone(keeping: kept))
        let sent = canned.servers.sent.map(\.text)
        let drop = try #require(sent.firstIndex { $0 == #"DROP TABLE IF EXISTS "i"."c""# })
        let made = sent.firstIndex { $0.hasPrefix("CREATE TABLE") && $0.contains("c_replaced") }
        #expect(kept == nil ? made == nil : made.map { $0 < drop } == true)
    }

    /// A node that is enabled drops what the access node has not there.
    @Test func ofATableThatIsGoneNothingIsRead() async throws {
        var row = row
        row["on_destination"] = "f"
        let (copying, _) = try prepare([1, 2, 3], source: [1, 2], row)
        canned["dn2"].answer(CopyAside.isTaken(try #require(copying.chunk)), .rows([["taken": "f"]]))
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone())
        #expect(!canned.servers.sent.contains { $0.text.hasPrefix("LOCK TABLE") && $0.place == "dn2" })
    }

    @Test func oneThatIsRegisteredNoMoreStaysWhereItsSourceDoesNotTell() async throws {
        var row = row
        row["on_destination"] = "f"
        let (copying, _) = try prepare([1, 2, 3], source: [1, 2], row)
        canned["dn1"].openings = [.refused(PostgresError(.connectionFailed, "nobody is there"))]
        let cluster = canned.cluster()
        await #expect(throws: ClusterError.self) { try await cluster.cleanUp(copying, isClaimed: true) }
        #expect(!canned.servers.sent.contains { $0.text.hasPrefix("DROP TABLE") })
    }

    @Test(arguments: [[1], [1, 2]]) func whatLacksRowsOrIsTheSameGoesWithoutATable(_ own: [Int]) async throws {
        let (copying, undoing) = try prepare(own, source: [1, 2])
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone())
        #expect(dropped(undoing) == 1 && !canned.servers.sent.contains { $0.text.hasPrefix("CREATE TABLE") })
    }

    private func dropped(_ undoing: CopyUndoing) -> Int { canned.toAccessNode.count { $0 == undoing.drop.text } }
}
