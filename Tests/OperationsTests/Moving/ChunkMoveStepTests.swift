import ClusterAccess
import MultiNode
import Operations
import Testing

@Suite struct ChunkMoveStepTests {
    /// Its rows may be lacking what was written while it was made. When its source is gone, nothing tells that any more.
    @Test(arguments: [["dn1"], ["dn1", "dn3"]] as [Set<String>])
    func aCopyThatNobodyHasProvedGoesBeforeAnotherIsDropped(_ proved: Set<String>) async {
        var chunk = ModelChunk(proved.union(["dn2"]), rows: [1, 2])
        chunk.copies["dn2"] = [1]
        chunk.records = [
            .init(operation: "tscl_1_a", source: "dn1", destination: "dn2", stage: .complete, isRunning: false)
        ]
        let site = ModelMovingSite(chunk, seed: 1, faults: 0)
        site.othersRest()
        let step = ChunkMoveStep(
            ChunkMove(.drop, 1, from: "dn1", to: nil, bytes: 0, .isAsked), of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        let records = await Operation([step], parallel: 1).run(RandomMoveTests.Unheard())
        let isLast = proved.count == 1
        #expect(records[0].outcome.error?.message == (isLast ? "the copy of s.c on dn1 is the only one" : nil))
        #expect(site.chunk.registered == (isLast ? ["dn1"] : ["dn3"]))
    }

    /// Where a compression job is at work, nobody has written.
    @Test func whoCompressesMeanwhileIsNotTakenForAWriter() async {
        let site = ModelMovingSite(ModelChunk(["dn1"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        site.othersCompress()
        let step = ChunkMoveStep(
            ChunkMove(.move, 1, from: "dn1", to: "dn2", bytes: 0, .isAsked), of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        let records = await Operation([step], parallel: 1).run(RandomMoveTests.Unheard())
        let error = records[0].outcome.error
        #expect(error?.message.contains("compressed or decompressed") == true)
        #expect(error?.remedy?.contains("'hypertable repair ") == true)
        #expect(site.chunk.registered == ["dn1"] && site.chunk.records.isEmpty)
    }

    private func run(
        _ kind: ChunkMove.Kind, _ site: ModelMovingSite, stop: Stop = Stop()
    ) async -> StepOutcome<ChunkMoveResult> {
        let step = ChunkMoveStep(
            ChunkMove(kind, 1, from: "dn1", to: "dn2", bytes: 0, .isAsked), of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        return await Operation([step], parallel: 1).run(RandomMoveTests.Unheard(), stop: stop)[0].outcome
    }

    private func quietSite() -> ModelMovingSite {
        let site = ModelMovingSite(ModelChunk(["dn1"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        return site
    }

    /// As a retention policy does. A part that only the destination has would keep rows of its time from being inserted.
    @Test(arguments: [ChunkMove.Kind.move, .copy]) func nothingIsLeftOfAChunkThatIsDroppedMeanwhile(
        _ kind: ChunkMove.Kind
    ) async {
        let site = quietSite()
        site.othersDrop()
        let outcome = await run(kind, site)
        guard case .done(let result) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(result.state == .gone)
        #expect(site.chunk.records.isEmpty && site.chunk.copies.isEmpty)
    }

    /// A COPY that waits for the hold in which a copy is made has looked already where the chunk is.
    @Test(arguments: [4, 5]) func whatACopyThatWaitedWroteIsCopiedAnew(_ copies: Int) async {
        let site = quietSite()
        site.othersCopy(copies)
        let outcome = await run(.copy, site)
        #expect(outcome.isComplete == (copies == 4))
        #expect(site.chunk.registered == (copies == 4 ? ["dn1", "dn2"] : ["dn1"]))
        #expect(site.faultsSeen == [] && site.chunk.records.isEmpty)
        if copies > 4 {
            #expect(outcome.error?.message.hasPrefix("each time of 3 a COPY had waited while s.c was copied") == true)
        }
    }

    /// They need not wait for all of a copy.
    @Test(arguments: [ChunkMove.Kind.move, .copy])
    func whoHasOvertakenTwoCopiesWaitsForTheEndOfTheThird(_ kind: ChunkMove.Kind) async {
        let site = quietSite()
        site.othersCopy(2)
        #expect(await run(kind, site).isComplete)
        #expect(site.held.early == 0 && site.chunk.records.isEmpty)
        let fourth = quietSite()
        fourth.othersCopy(3)
        #expect(await run(kind, fourth).isComplete)
        #expect(fourth.held.early == 1 && fourth.chunk.records.isEmpty)
    }

    /// The slot of a copy that is made while writers wait would wait for one of them: they are let go, and the next copy makes its
    /// slots before it has them wait.
    @Test(arguments: [ChunkMove.Kind.move, .copy])
    func writersForWhomTheirHoldWaitsAreLetGo(_ kind: ChunkMove.Kind) async {
        let site = quietSite()
        site.othersCopy(3)
        site.standsStill(slots: 1)
        #expect(await run(kind, site).isComplete)
        #expect(site.held.waits == 1 && site.held.early == 0)
        #expect(site.chunk.registered == (kind == .move ? ["dn2"] : ["dn1", "dn2"]))
        #expect(site.faultsSeen == [] && site.chunk.records.isEmpty)
    }

    // MARK: Those that read a node as it was

    private func run(
        _ kind: ChunkMove.Kind, _ site: ModelMovingSite, within longest: Duration, stop: Stop = Stop()
    ) async -> StepOutcome<ChunkMoveResult> {
        let step = ChunkMoveStep(
            ChunkMove(kind, 1, from: "dn1", to: kind == .drop ? nil : "dn2", bytes: 0, .isAsked),
            of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site, longestWait: longest))
        return await Operation([step], parallel: 1).run(RandomMoveTests.Unheard(), stop: stop)[0].outcome
    }

    /// Whoever has read something on the destination before the copy was there finds no row of it to his end. The copy may also be
    /// made while writers wait.
    @Test(arguments: [ChunkMove.Kind.move, .copy], [0, 2, 3])
    func aCopyCountsWhenNobodyIsLeftWhoDoesNotSeeIt(_ kind: ChunkMove.Kind, copies: Int) async {
        let site = quietSite()
        site.othersCopy(copies)
        for _ in 1...5 { site.othersRead("dn2") }
        #expect(await run(kind, site, within: .seconds(60)).isComplete)
        #expect(site.chunk.readers.isEmpty && site.faultsSeen == [])
        #expect(site.chunk.registered == (kind == .move ? ["dn2"] : ["dn1", "dn2"]) && site.chunk.records.isEmpty)
    }

    @Test(arguments: [ChunkMove.Kind.move, .copy], [0, 2])
    func whatIsStillReadAsItWasDoesNotCount(_ kind: ChunkMove.Kind, copies: Int) async {
        let site = quietSite()
        site.othersCopy(copies)
        site.othersRead("dn2", isLasting: true)
        let outcome = await run(kind, site, within: .milliseconds(5))
        let message = outcome.error?.message ?? ""
        #expect(message.contains("no copy took the place of another"), "\(outcome)")
        #expect(
            message.contains("the transaction of process 8 (ann, report) of the access node that reads dn2 as it was"))
        #expect(site.chunk.registered == ["dn1"] && site.chunk.records.isEmpty && site.faultsSeen == [])
    }

    @Test func whoWaitsForOneWhoReadsANodeAsItWasStopsAtTheFirstRequest() async {
        let site = quietSite()
        let stop = Stop()
        site.othersRead("dn2", isLasting: true)
        site.isToStopBehindReaders(stop)
        #expect(await run(.move, site, within: .seconds(60), stop: stop).error?.kind == .interrupted)
        #expect(site.chunk.registered == ["dn1"] && site.chunk.records.isEmpty && site.faultsSeen == [])
    }

    /// The access node goes on reading the copy that it has read.
    @Test func whereNothingElseIsReadBehindADropNobodyIsWaitedFor() async {
        for isRead in [true, false] {
            var chunk = ModelChunk(["dn1", "dn2"], rows: [1, 2])
            chunk.read = isRead ? "dn1" : "dn2"
            let dropping = ModelMovingSite(chunk, seed: 1, faults: 0)
            dropping.othersRest()
            dropping.othersRead("dn2", isLasting: true)
            #expect(await run(.drop, dropping, within: .zero).isComplete == !isRead)
            #expect(dropping.chunk.registered == (isRead ? ["dn1", "dn2"] : ["dn2"]))
        }
    }

    /// It may come when the nodes were healed before the first move.
    @Test func whatIsInDoubtIsHealedByWhoWaitsForIt() async {
        let site = ModelMovingSite(ModelChunk(["dn1", "dn2"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        site.isInDoubt(3)
        let step = ChunkMoveStep(
            ChunkMove(.drop, 1, from: "dn1", to: nil, bytes: 0, .isAsked), of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        let outcome = await Operation([step], parallel: 1).run(RandomMoveTests.Unheard())[0].outcome
        #expect(outcome.isComplete && site.healings == 1)
        #expect(site.chunk.copies == ["dn2": [1, 2, 3]] && site.faultsSeen == [])
    }

    /// One who has read the chunk in his transaction, and then writes to it, waits for the hold, and the drop for him.
    @Test(arguments: [ChunkMove.Kind.move, .copy, .drop], [3, 100])
    func aDropThatWaitsForAWriterIsTriedAgain(_ kind: ChunkMove.Kind, _ times: Int) async {
        let site =
            kind == .drop
            ? ModelMovingSite(ModelChunk(["dn1", "dn2"], rows: [1, 2]), seed: 1, faults: 0) : quietSite()
        site.othersRest()
        site.standsStill(drops: times)
        let step = ChunkMoveStep(
            ChunkMove(kind, 1, from: "dn1", to: kind == .drop ? nil : "dn2", bytes: 0, .isAsked),
            of: RandomMoveTests.chunk, ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        let outcome = await Operation([step], parallel: 1).run(RandomMoveTests.Unheard())[0].outcome
        #expect(outcome.isComplete == (times == 3))
        if times > 3 {
            #expect(outcome.error?.message.contains("process 8 (ann, loader) of the access node") == true)
            #expect(outcome.error?.message.hasPrefix("8 times") == true)
            #expect(site.held.waits == 7)
        }
        #expect(site.faultsSeen == [] && site.chunk.records.isEmpty)
    }

    @Test(arguments: [ChunkMove.Kind.move, .copy])
    func aSlotThatIsBusyWhileWritersWaitIsTriedAgain(_ kind: ChunkMove.Kind) async {
        let site = quietSite()
        site.othersCopy(3)
        site.isBusyWhileHeld(3)
        #expect(await run(kind, site).isComplete)
        let busier = quietSite()
        busier.othersCopy(3)
        busier.isBusyWhileHeld(4)
        #expect(await run(kind, busier).error?.remedy?.hasPrefix("run it again") == true)
    }

    /// Writers may not wait long enough for the comparison.
    @Test(arguments: [ChunkMove.Kind.move, .copy], [0, 2])
    func aCopyThatCouldNotBeComparedIsTakenAway(_ kind: ChunkMove.Kind, _ failing: Int) async {
        let site = quietSite()
        site.isSlow(comparisons: 1, cleanups: failing)
        let outcome = await run(kind, site)
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.message == "no answer within the time limit")
        #expect(site.chunk.registered == ["dn1"] && site.chunk.records.isEmpty)
    }

    @Test(arguments: [ChunkMove.Kind.move, .copy])
    func aCopyThatCouldNotBeTakenAwayIsNamedWithWhatHelps(_ kind: ChunkMove.Kind) async throws {
        let site = quietSite()
        site.isSlow(comparisons: 1, cleanups: 1000)
        let outcome = await run(kind, site)
        let operation = try #require(site.chunk.unproved.first)
        let error = try #require(outcome.error)
        #expect(outcome.isUnknown)
        #expect(
            error.message.contains("the copy \(operation) on dn2, which nobody has proved, is still there and read"))
        #expect(
            error.remedy
                == "'chunk cleanup \(operation)' removes it; then: let writers wait longer, as with --max-lock 60s")
    }

    @Test func toANodeWhoseDiskIsFullNothingFurtherIsBegun() async {
        let site = quietSite()
        site.fills("dn2")
        let steps = ["dn2", "dn2", "dn3"].map { node in
            ChunkMoveStep(
                ChunkMove(.copy, 1, from: "dn1", to: node, bytes: 0, .isAsked), of: RandomMoveTests.chunk,
                ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        }
        let records = await Operation(steps, parallel: 1).run(RandomMoveTests.Unheard())
        guard case .failed = records[0].outcome, case .passedOver(let error) = records[1].outcome else {
            Issue.record("\(records.map(\.outcome))")
            return
        }
        #expect(error.message == "the disk of dn2 is full, and so nothing further was begun to it")
        #expect(records[2].outcome.isComplete && site.chunk.registered == ["dn1", "dn3"])
    }

    /// As where one drains a node and another levels all of them.
    @Test(arguments: [ChunkMove.Reason.drains, .levels, .isAsked])
    func whatAnotherHasTakenOffItsSourceIsNoFailureWhereThatIsTheAim(_ reason: ChunkMove.Reason) async {
        let site = ModelMovingSite(ModelChunk(["dn3"], rows: [1, 2]), seed: 1, faults: 0)
        site.othersRest()
        let step = ChunkMoveStep(
            ChunkMove(.move, 1, from: "dn1", to: "dn2", bytes: 0, reason), of: RandomMoveTests.chunk,
            ChunkMoveCommon(maxLock: .seconds(10), Server.capabilities, at: site))
        let outcome = await Operation([step], parallel: 1).run(RandomMoveTests.Unheard())[0].outcome
        #expect(outcome.isComplete == (reason != .isAsked))
        if case .done(let result) = outcome { #expect(result.state == .elsewhere) }
        #expect(site.chunk.registered == ["dn3"])
    }

    @Test func whoWaitsForAnotherTsclStopsAtTheFirstRequest() async {
        let site = quietSite()
        let stop = Stop()
        site.othersClaim(asking: stop)
        #expect(await run(.move, site, stop: stop).error?.kind == .interrupted)
    }

    @Test func aMoveSaysBeforehandWhatItSends() {
        let step = ChunkMoveStep(
            ChunkMove(.move, 1, from: "dn1", to: "dn2", bytes: 0, .isAsked), of: RandomMoveTests.chunk,
            ChunkMoveCommon(
                maxLock: .seconds(2), Server.capabilities,
                at: ModelMovingSite(ModelChunk(["dn1"], rows: []), seed: 1, faults: 0), newNumber: { 35 }))
        #expect(
            step.plan.sent.map(\.shown) == [
                """
                CALL timescaledb_experimental.copy_chunk('"s"."c"'::pg_catalog.regclass, 'dn1'::pg_catalog.name, \
                'dn2'::pg_catalog.name, 'tscl_1_z'::pg_catalog.name)
                """,
                "BEGIN", DurableCommit.ofTransaction.shown, "SET LOCAL statement_timeout = 300000",
                "SELECT pg_catalog.pg_advisory_xact_lock(1953719149, 1)", "SET LOCAL lock_timeout = 2000",
                "SET LOCAL statement_timeout = 7000", "SET LOCAL idle_in_transaction_session_timeout = 1500",
                "LOCK TABLE ONLY \"public\".\"m\" IN SHARE MODE", "SET LOCAL lock_timeout = 2000",
                #"ALTER FOREIGN TABLE "s"."c" ENABLE TRIGGER USER"#,
                #"CALL "public".distributed_exec('LOCK TABLE "s"."c" IN SHARE MODE', node_list => '{dn1}'::name[])"#,
                """
                SELECT "_timescaledb_internal".set_chunk_default_data_node(f.ftrelid::pg_catalog.regclass, \
                'dn2'::pg_catalog.name)
                  FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
                 WHERE f.ftrelid = '"s"."c"'::pg_catalog.regclass AND s.srvname = 'dn1'
                """,
                """
                SELECT "_timescaledb_internal".chunk_drop_replica('"s"."c"'::pg_catalog.regclass, 'dn1'::pg_catalog.name)
                """,
                "COMMIT",
                "CALL timescaledb_experimental.cleanup_copy_chunk_operation('tscl_1_z'::pg_catalog.name)",
            ])
    }
}
