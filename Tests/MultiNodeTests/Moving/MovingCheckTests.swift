import MultiNode
import Testing

/// What stands in the way of moves, by what the servers tell.
@Suite struct MovingCheckTests {
    /// Change data capture gets what is there already a second time.
    @Test func whoReplicatesAllTablesOfTheDestinationIsTold() throws {
        #expect(!MovingFixture.check().obstacles.contains { $0.text.contains("FOR ALL TABLES") })
        let source = MovingFixture.check(dn1: MovingFixture.answer("dn1", ["publications": "{cdc}"]))
        #expect(!source.obstacles.contains { $0.text.contains("FOR ALL TABLES") })
        let check = MovingFixture.check(dn2: MovingFixture.answer("dn2", ["publications": "{cdc}"]))
        let found = try #require(
            check.obstacles.first { $0.text.contains("the publication cdc there is FOR ALL TABLES") })
        #expect(found.place == "dn2" && !found.isBlocking && found.chunks == [1])
    }

    private typealias It = MovingFixture
    private let chunkName = TableName(schema: "_timescaledb_internal", name: "_dist_hyper_1_1_chunk")

    @Test func nothingStandsInTheWayOfAPlainMove() {
        #expect(It.check().lines == [])
        #expect(It.check().limits.keys.sorted() == ["dn1", "dn2"])
    }

    @Test func hypertablesWithoutAPrimaryKeyAreToldOfWhereChunksAreCopied() {
        let table = TableName(schema: "public", name: "metrics")
        let keyless = MovingFixture.catalog(["keyed": "f"])
        #expect(MovingFixture.check(in: keyless).keyless == [table])
        #expect(MovingFixture.check(in: MovingFixture.catalog(["keyed": "t"])).keyless == [])
        let drop = MovingFixture.move(1, .drop, from: "dn1", to: nil)
        #expect(MovingFixture.check([drop], in: keyless).keyless == [])
    }

    @Test func anUnavailableNodeIsNoEndOfAMove() {
        let nodes = [
            DataNode(name: "dn1", host: "dn1", database: "dist"),
            DataNode(name: "dn2", host: "dn2", database: "dist", isAvailable: false),
        ]
        let check = It.check(among: nodes)
        #expect(check.lines == ["! dn2: it is marked unavailable: nothing can be copied from it or to it"])
        #expect(check.obstacles[0].remedy == "node enable dn2")
        let drop = It.check([It.move(1, .drop, from: "dn2", to: nil)], [It.chunk(1, on: ["dn1", "dn2"])], among: nodes)
        #expect(drop.obstacles.map(\.isBlocking) == [true])
        #expect(It.check(among: [nodes[0]]).lines == ["! dn2: there is no data node of that name"])
    }

    @Test func placesThatCanNotBeAreRefused() {
        #expect(It.check(in: It.catalog(["nodes": "{dn1}"])).lines == ["! dn2: it is not attached to public.metrics"])
        #expect(
            It.check(in: It.catalog(["blocked": "{dn2}"])).lines
                == ["- dn2: it is blocked for new chunks of public.metrics, and gets these all the same"])
        #expect(It.check([It.move(1, from: "dn3", to: "dn2")]).lines == ["! dn3: it has no copy of \(chunkName)"])
        #expect(
            It.check([It.move(1, from: "dn1", to: "dn2")], [It.chunk(1, on: ["dn1", "dn2"])]).lines
                == ["! dn2: it has a copy of \(chunkName) already"])
        #expect(
            It.check([It.move(1, .drop, from: "dn1", to: nil)]).lines
                == ["! dn1: its copy of \(chunkName) is the only one: it is not dropped"])
    }

    @Test func aServerThatWouldLetACopyHangIsRefused() {
        #expect(
            It.check(dn1: It.answer("dn1", ["wal_level": "replica"])).lines
                == ["! dn1: wal_level is replica: no chunk can be copied from it"])
        #expect(It.check(dn2: It.answer("dn2", ["wal_level": "replica"])).lines == [])
        let few = It.check(dn2: It.answer("dn2", ["max_logical_workers": "1"]))
        #expect(
            few.lines == ["! dn2: max_logical_replication_workers is 1, and each copy to it needs 2: it would hang"])
        #expect(
            few.obstacles[0].remedy
                == "on its server, ALTER SYSTEM SET max_logical_replication_workers = 2, and restart it")
        #expect(It.check(dn1: It.answer("dn1", ["max_logical_workers": "0"])).lines == [])
        // What is dropped needs none of it.
        let drop = It.check(
            [It.move(1, .drop, from: "dn1", to: nil)], [It.chunk(1, on: ["dn1", "dn2"])],
            dn1: It.answer("dn1", ["wal_level": "replica", "max_slots": "0", "superuser": "f", "replication": "f"]))
        #expect(drop.lines == [])
    }

    @Test func nodesOnOneServerShareWhatItHas() {
        let moves = [It.move(1, from: "dn1", to: "dn2"), It.move(2, from: "dn2", to: "dn1")]
        let chunks = [It.chunk(1, on: ["dn1"]), It.chunk(2, on: ["dn2"])]
        func check(_ workers: String) -> MovingCheck {
            It.check(
                moves, chunks, dn1: It.answer("dn1", ["max_logical_workers": workers], server: "one"),
                dn2: It.answer("dn2", ["max_logical_workers": workers], server: "one"))
        }
        #expect(check("4").limits["dn1"]?.destination == 1)
        #expect(check("4").limits["dn1"]?.source == 2)
        #expect(check("4").lines == [])
        let few = check("3").obstacles
        #expect(few.map(\.place) == ["dn1", "dn2"])
        #expect(few[0].text.contains("as do those of dn2 on the same server"))
        #expect(few[0].remedy.contains("max_logical_replication_workers = 4,"))
    }

    @Test func aRoleThatMayNotCopyIsRefused() {
        let facts = ["superuser": "f", "replication": "t"]
        #expect(It.check(dn1: It.answer("dn1", facts)).lines == [])
        #expect(It.check(dn2: It.answer("dn2", facts)).obstacles.map(\.place) == ["dn2"])
        #expect(
            It.check(dn1: It.answer("dn1", ["superuser": "f", "replication": "f"])).obstacles.map(\.place) == ["dn1"])
    }

    @Test func whatIsOnTheDestinationAlreadyIsToldOfBeforeAllIsCopied() {
        let left = It.check(dn2: It.answer("dn2", [:], NodeMovingContents(taken: [chunkName: false])))
        #expect(left.lines == ["! dn2: a table of that name is there, of \(chunkName): the copy would fail"])
        #expect(left.obstacles[0].remedy.contains("exec --on dn2 DO "))
        // What is recorded is cleaned up, or compared, before the next copy.
        func lines(_ stage: String, _ operation: String, isRunning: Bool, on nodes: [String]) -> [String] {
            let record: [String: String?] = [
                "chunk_id": "1", "operation": operation, "source": "dn1", "destination": "dn2", "stage": stage,
                "running": isRunning ? "t" : "f", "on_source": "t", "on_destination": stage == "complete" ? "t" : "f",
                "other_copies": "1",
            ]
            return It.check(
                [It.move(1, from: "dn1", to: "dn2")], [It.chunk(1, on: nodes)], in: It.catalog([:], [record]),
                dn2: It.answer("dn2", [:], NodeMovingContents(taken: [chunkName: false]))
            ).lines
        }
        #expect(lines("sync", "ts_copy_1_1", isRunning: false, on: ["dn1"]) == [])
        #expect(
            lines("sync", "ts_copy_1_1", isRunning: true, on: ["dn1"])
                == ["- \(chunkName): the operation ts_copy_1_1 copies it to dn2 now"])
        #expect(lines("complete", "tscl_1_a", isRunning: false, on: ["dn1", "dn2"]) == [])
        // In the list of copies that count it is not.
        #expect(lines("complete", "tscl_1_a", isRunning: false, on: ["dn1"]) == [])
        #expect(lines("complete", "mine", isRunning: false, on: ["dn1", "dn2"]).map { $0.prefix(1) } == ["!"])
    }

    @Test func aParentThatIsMissingOrEmptyIsRefused() {
        let parent = TableName(schema: "public", name: "devices")
        func lines(_ here: NodeMovingContents.Parent, _ there: NodeMovingContents.Parent) -> [String] {
            It.check(
                in: It.catalog(["parent_schemas": "{public}", "parents": "{devices}"]),
                dn1: It.answer("dn1", [:], NodeMovingContents(parents: [parent: here])),
                dn2: It.answer("dn2", [:], NodeMovingContents(parents: [parent: there]))
            ).lines
        }
        #expect(
            lines(.init(isThere: true, rows: 5), .init(isThere: false, rows: nil)) == [
                "! dn2: the table public.devices is missing, to which a foreign key of public.metrics refers"
            ])
        #expect(lines(.init(isThere: true, rows: 5), .init(isThere: true, rows: 0)).map { $0.prefix(1) } == ["!"])
        #expect(lines(.init(isThere: true, rows: 5), .init(isThere: true, rows: 4)).map { $0.prefix(1) } == ["-"])
        #expect(lines(.init(isThere: true, rows: 5), .init(isThere: true, rows: 5)) == [])
        #expect(lines(.init(isThere: true, rows: nil), .init(isThere: true, rows: nil)) == [])
    }

    @Test func compressedChunksOfNamesakesAreRefused() {
        let catalog = It.catalog(["namesake": "t"])
        #expect(It.check(in: catalog).lines == [])
        let move = It.move(1, from: "dn1", to: "dn2")
        let compressed = It.check([move], [It.chunk(1, on: ["dn1"], compressed: "t")], in: catalog)
        #expect(compressed.obstacles.map(\.isBlocking) == [true])
        let unknown = It.check([move], [It.chunk(1, on: ["dn1"], compressed: nil)], in: catalog)
        #expect(unknown.obstacles.map(\.isBlocking) == [false])
    }

    /// With 42P01 the engine fails at once, and does not say why.
    @Test func aCompressedChunkGoesToNoNodeThatHasNoCompressionForIt() {
        let metrics = TableName(schema: "public", name: "metrics")
        func check(_ compressed: String?, _ changed: [String: String?] = [:], lacking: Set<TableName>) -> MovingCheck {
            It.check(
                [It.move(1, from: "dn1", to: "dn2")], [It.chunk(1, on: ["dn1"], compressed: compressed)],
                in: It.catalog(
                    ["compressed": "t", "segmentby": "device, \"O'Hara\"", "orderby": "\"time\" DESC NULLS FIRST"]
                        .merging(changed) { $1 }),
                dn2: It.answer("dn2", [:], NodeMovingContents(uncompressing: lacking)))
        }
        let refused = check("t", lacking: [metrics])
        #expect(refused.obstacles.map(\.isBlocking) == [true] && refused.obstacles.map(\.chunks) == [[1]])
        #expect(
            refused.obstacles.map(\.remedy) == [
                """
                exec --on dn2 ALTER TABLE "public"."metrics" SET (timescaledb.compress, timescaledb.compress_segmentby = \
                'device, "O''Hara"', timescaledb.compress_orderby = '"time" DESC NULLS FIRST')
                """
            ])
        #expect(check(nil, lacking: [metrics]).obstacles.map(\.isBlocking) == [false])
        #expect(check("f", lacking: [metrics]).lines == [])
        #expect(check("t", lacking: []).lines == [])
    }

    /// TimescaleDB's copy has NULL where the source has the column's default.
    @Test func whatACopyWouldLoseIsNotCopied() {
        func check(lacking: Set<TableName>) -> MovingCheck {
            It.check(
                [It.move(1, from: "dn1", to: "dn2")], [It.chunk(1, on: ["dn1"], compressed: "t")],
                dn1: It.answer("dn1", [:], NodeMovingContents(lacking: lacking)))
        }
        let name = It.chunk(1, on: ["dn1"]).name
        let refused = check(lacking: [name]).obstacles
        #expect(refused.map(\.isBlocking) == [true] && refused.map(\.chunks) == [[1]])
        #expect(refused.first?.text.hasPrefix("a column was added with a default when rows of") == true)
        let literal = "'\(name.quoted)'"
        #expect(
            refused.first?.remedy
                == "sql SELECT decompress_chunk(\(literal), true); sql SELECT compress_chunk(\(literal), true)")
        #expect(check(lacking: []).lines == [])

        var contents = NodeMovingContents()
        contents.take([["kind": "missing", "number": "1", "known": "t"]], of: NodeMovingQuestion(copied: [name]))
        #expect(contents.lacking == [name])
    }

    @Test func whatIsFoundOfCompressionIsRead() {
        let tables = ["a", "b", "c"].map { TableName(schema: "s", name: $0) }
        let rows: [[String: String?]] = [
            ["kind": "table", "number": "1", "known": "t"], ["kind": "table", "number": "3", "known": "f"],
        ]
        var contents = NodeMovingContents()
        contents.take(rows, of: NodeMovingQuestion(tables: tables))
        #expect(contents.uncompressing == [tables[2]])
    }

    /// TimescaleDB sends the place that a row has in one copy to all of them.
    @Test(arguments: [ChunkMove.Kind.move, .copy])
    func whatWasUpdatedIsToldOfWhereThereAreSeveralCopies(_ kind: ChunkMove.Kind) {
        func check(on nodes: [String], updated: Bool) -> MovingCheck {
            let chunk = It.chunk(1, on: nodes)
            return It.check(
                [It.move(1, kind, from: "dn1", to: "dn2")], [chunk],
                dn1: It.answer("dn1", [:], NodeMovingContents(updated: updated ? [chunk.name] : [])))
        }
        let told = check(on: ["dn1", "dn3"], updated: true).obstacles
        #expect(told.map(\.isBlocking) == [false] && told.map(\.place) == ["public.metrics"])
        #expect(told.first?.text.hasPrefix("rows of 1 of its chunks were updated, deleted or rolled back") == true)
        #expect(told.first?.remedy.contains("'chunk verify public.metrics'") == true)
        #expect(check(on: ["dn1", "dn3"], updated: false).obstacles == [])
        #expect(check(on: ["dn1"], updated: true).obstacles.isEmpty == (kind == .move))
    }

    @Test func whatIsFoundOfUpdatesIsRead() {
        let sources = ["a", "b"].map { TableName(schema: "s", name: $0) }
        let rows: [[String: String?]] = [
            ["kind": "source", "number": "1", "known": "f"], ["kind": "source", "number": "2", "known": "t"],
        ]
        var contents = NodeMovingContents()
        contents.take(rows, of: NodeMovingQuestion(sources: sources))
        #expect(contents.updated == [sources[1]])
    }

    /// A data node of 2.9.3 crashed each time that a COPY of the access node's was cancelled there.
    @Test func noSessionOfADataNodeIsToBeCancelled() {
        func remedy(_ application: String, isIdle: Bool) -> String {
            OpenWriter(pid: 7, seconds: 9, database: "dist", application: application, user: "app", isIdle: isIdle)
                .remedy(on: "dn1")
        }
        for application in ["timescaledb", "load"] {
            for isIdle in [true, false] { #expect(!remedy(application, isIdle: isIdle).contains("cancel")) }
        }
        #expect(remedy("timescaledb", isIdle: true).contains("'sql SELECT pid, usename"))
        #expect(!remedy("load", isIdle: true).contains("sql SELECT"))
    }

    @Test func whatACopyWillWaitForIsTold() {
        let check = It.check(
            dn1: It.answer(
                "dn1",
                [
                    "writer_pids": "{7,8}", "writer_ages": "{90,1}", "writer_begins": "{22:10,22:11}",
                    "writer_databases": "{dist,dist}", "writer_applications": "{a,b}", "writer_users": "{app,app}",
                    "writer_states": "{active,active}", "prepared_gids": "{ts-1-700-16385-10,mine,ts-1-1-1-1}",
                    "prepared_ages": "{30,40,50}", "prepared_databases": "{dist,dist,other}",
                ]))
        #expect(
            check.lines == [
                "- dn1: copies from it will wait for a transaction of app (a) in dist, process 7, open since 22:10",
                "- dn1: copies from it will wait for the prepared transaction ts-1-700-16385-10 in dist, 30 s old",
                "- dn1: copies from it will wait for the prepared transaction mine in dist, 40 s old",
                "- dn1: copies from it will wait for the prepared transaction ts-1-1-1-1 in other, 50 s old",
            ])
        #expect(check.obstacles[1].remedy == "heal dn1")
        #expect(check.obstacles[2].remedy.contains("who made it ends it"))
        #expect(!check.obstacles.contains { $0.remedy.contains("terminate") })
    }

    /// It may have locked the hypertable there; what is another database's has not.
    @Test func whatIsInDoubtOnADestinationIsToldWithItsHealing() {
        let check = It.check(
            dn2: It.answer(
                "dn2",
                [
                    "prepared_gids": "{ts-1-700-16385-10,ts-1-1-1-1,mine,ts-1-701-16385-10}",
                    "prepared_ages": "{30,40,50,1}", "prepared_databases": "{dist,other,dist,dist}",
                ]))
        #expect(
            check.lines == ["- dn2: copies to it may wait for the prepared transaction ts-1-700-16385-10, 30 s old"])
        // What healing ends is told no more. Others go on, and those of other databases are not the cluster's.
        #expect(check.preparing == ["dn2"])
        var preflight = MovingPreflight(obstacles: check.obstacles, limits: [:], preparing: check.preparing)
        preflight.look(again: ["dn1": []])
        #expect(preflight.obstacles.count == 1)
        preflight.look(again: ["dn2": ["ts-1-700-16385-10"]])
        #expect(preflight.obstacles.count == 1)
        // Another session has ended it meanwhile.
        preflight.look(again: ["dn2": ["ts-1-1-1-1", "mine"]])
        #expect(preflight.obstacles == [])
        #expect(check.obstacles[0].remedy == "heal dn2")
    }

    @Test func whatTheRoleIsLimitedToOnANodeIsToldBefore() {
        func check(_ name: String, _ value: String, bytes: Int64 = 1) -> [MovingObstacle] {
            let limit = SessionLimit(name, value, .role("app", database: nil))
            let move = ChunkMove(.move, 1, from: "dn1", to: "dn2", bytes: bytes, .levels)
            return It.check([move], dn1: It.answer("dn1", limits: [limit])).obstacles
        }
        let short = check("statement_timeout", "300ms")
        #expect(short.map(\.isBlocking) == [false])
        #expect(
            short[0].text.hasPrefix("statement_timeout = 300ms, set for the role app: a chunk whose rows take longer"))
        #expect(short[0].remedy == "on the server of dn1: ALTER ROLE \"app\" RESET statement_timeout")
        // Nothing sends a gigabyte in a second.
        #expect(check("statement_timeout", "1s", bytes: 1 << 30).map(\.isBlocking) == [true])
        #expect(check("statement_timeout", "1h") == [] && check("lock_timeout", "1s") == [])
        #expect(check("default_transaction_read_only", "on").map(\.isBlocking) == [true])
        #expect(check("idle_in_transaction_session_timeout", "1s").map(\.isBlocking) == [false])
    }

    /// What the access node and the source have of chunk 1.
    private func check(
        _ own: String, source: String, version: Capabilities = Servers.version213, again: [Int: String] = [:]
    ) -> MovingCheck {
        It.check(
            [It.move(1, from: "dn1", to: "dn2")], [It.chunk(1, on: ["dn1"], status: own)],
            dn1: It.answer("dn1", [:], NodeMovingContents(statuses: [chunkName: source])), version: version,
            statuses: again)
    }

    @Test func whatNoCopyCouldBeProvedOfIsRefusedBefore() {
        #expect(check("1", source: "1").lines == [] && check("9", source: "1").lines == [])
        #expect(check("9", source: "9").lines == [])
        let unnoted = check("1", source: "9")
        #expect(
            unnoted.lines == [
                "! \(chunkName): rows were added to \(chunkName.shownName) as it was compressed, and the access node does not "
                    + "know of them, as dn1 does: no copy of it could be proved"
            ])
        #expect(unnoted.obstacles[0].remedy.hasPrefix("sql SELECT decompress_chunk("))
        #expect(unnoted.unproved == [1])
        // The node had committed first, and the access node has it by now.
        #expect(check("1", source: "9", again: [1: "9"]).lines == [])
        #expect(check("0", source: "1").obstacles.map(\.isBlocking) == [true])
    }

    @Test func rowsAddedToACompressedChunkAreLostSightOfInOlderVersions() {
        #expect(check("3", source: "3").lines == [])
        let older = check("3", source: "3", version: Servers.version24)
        #expect(older.obstacles.map(\.isBlocking) == [true])
        let name = chunkName.quoted
        #expect(older.obstacles[0].remedy.hasPrefix("first sql CALL recompress_chunk('\(name)'), then run it again"))
        #expect(check("1", source: "1", version: Servers.version24).lines == [])
    }

    @Test func oneObstacleIsToldOnceWithAllItsChunks() {
        let moves = (1...3).map { It.move($0, from: "dn1", to: "dn2") }
        let check = It.check(moves, (1...3).map { It.chunk($0, on: ["dn1"]) }, in: It.catalog(["nodes": "{dn1}"]))
        #expect(check.obstacles.map(\.chunks) == [[1, 2, 3]])
        #expect(MovingPreflight(obstacles: check.obstacles, limits: [:]).blockedChunks == [1, 2, 3])
    }
}
