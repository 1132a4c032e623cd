import ClusterAccess
import MultiNode
@testable import Operations
import Testing

/// What people are told where a copy fails that they can do something about.
@Suite struct MovingErrorTests {
    private let chunk = RandomMoveTests.chunk

    @Test func aCopyThatTookTooLongTellsWhatItWaitedFor() {
        let doubt = CopyWait("the prepared transaction ts-1 in dist, on dn1", remedy: "heal dn1")
        let error = ClusterError.isTooLong(chunk, "dn1", "dn2", .seconds(180), doubt)
        #expect(
            error.message
                == "s.c could not be copied from dn1 to dn2 in 180 s: it waited for the prepared transaction ts-1 in dist, on dn1, and was ended"
        )
        #expect(error.remedy == "heal dn1")
        #expect(
            ClusterError.isTooLong(chunk, "dn1", "dn2", .seconds(180), nil).remedy?.hasPrefix("run it again") == true)
    }

    @Test func whatNeedsAnotherCommandIsFinal() {
        #expect(ClusterError.differs(chunk, from: "dn1", ["dn1": 1, "dn2": 2]).isFinal)
        #expect(ClusterError.isUndecided(chunk, ["dn1", "dn2"], read: nil).isFinal)
        #expect(!ClusterError.copiesChanged(chunk).isFinal)
    }

    /// What is given up goes on by no means by itself.
    @Test func whatWasGivenUpDoesNotGoOnByItself() {
        let silent = CopyWait.silent(["dn1"])
        #expect(silent.remedy?.hasSuffix("when it answers again, this goes on by itself") == true)
        for error in [
            ClusterError.isNotHeld(chunk, attempts: 5, silent), .isTooLong(chunk, "dn1", "dn2", .seconds(9), silent),
        ] {
            #expect(error.remedy == "'node ping dn1' tells more; when it answers again, run it again")
        }
    }

    /// What libpq says of a lost connection in several lines is not told in the middle of a line.
    @Test func whatIsLeftIsToldBehindOneLine() {
        let lost = ClusterError("server closed the connection\n\tThis probably means\n\tbefore or while processing.")
        let error = lost.leaving(ClusterError("no answer"), of: chunk, on: "dn2")
        #expect(
            error.message
                == "server closed the connection; a copy of s.c on dn2 that nobody has proved may be left: no answer")
    }

    /// For the access node there is nothing to recompress.
    @Test func whereTheAccessNodeLacksRowsTheChunkIsDecompressed() {
        let behind = ChunkStanding(nodes: ["dn1"], status: "1", owner: "app")
        #expect(
            behind.lacks("3") && behind.lacks("9") && !behind.lacks("1") && !behind.lacks("5") && !behind.lacks(nil))
        #expect(!ChunkStanding(nodes: ["dn1"], status: "3", owner: "app").lacks("3"))
        let remedy = ClusterError.isRestated(chunk, .rowsUnnoted).remedy
        #expect(remedy?.hasPrefix("sql SELECT decompress_chunk('\"s\".\"c\"', true)") == true)
        #expect(remedy?.contains("recompress") == false)
    }

    /// What recompress_chunk does depends on what the access node has of the chunk.
    @Test(arguments: ["0", "1", "4", "5", nil]) func whereNoRowsWereAddedNothingIsRecompressed(status: String?) {
        #expect(!ChunkStanding(nodes: ["dn1"], status: status, owner: "app").notesAddedRows)
        let remedy = ClusterError.isRestated(chunk, .compression).remedy
        #expect(remedy?.contains("hypertable repair ") == true && remedy?.contains("recompress_chunk(") == false)
    }

    @Test(arguments: ["3", "9", "11"]) func whereRowsWereAddedTheChunkIsRecompressed(status: String) {
        #expect(ChunkStanding(nodes: ["dn1"], status: status, owner: "app").notesAddedRows)
        #expect(ClusterError.isRestated(chunk, .rowsAdded).remedy?.contains("CALL recompress_chunk(") == true)
    }

    /// recompress_chunk has a data node note no added rows any more, and the access node note them still.
    @Test func whatTheAccessNodeAloneStillNotesKeepsNoCopyFromBeingProved() {
        let (noting, other) = (
            ChunkStanding(nodes: ["dn1"], status: "9", owner: "app"), ["0", "3", "11", nil] as [String?]
        )
        #expect(noting.covers("9") && noting.covers("1") && !other.contains { noting.covers($0) })
        func agrees(_ decision: CopyDecision, _ subject: String, _ other: String, own: String = "9") -> Bool {
            let standing = ChunkStanding(nodes: ["dn1"], status: own, owner: "app")
            return decision.agrees(subject, other, standing, keepsStatus: true)
        }
        let take = CopyDecision.take(from: "dn1", to: "dn2", droppingSource: true)
        #expect(agrees(take, "1", "1") && agrees(take, "9", "9"))
        #expect(!agrees(take, "1", "9") && !agrees(take, "9", "1") && !agrees(take, "0", "0"))
        let drop = CopyDecision.drop("dn1", besides: ["dn2"])
        #expect(agrees(drop, "1", "9") && agrees(drop, "9", "1") && !agrees(drop, "0", "1"))
        #expect(!agrees(drop, "1", "9", own: "1"))
    }

    /// Where copies lose that rows were added, one that does not tell of them is read out of order, and is not what stays.
    @Test func whereCopiesLoseTheirStatusTheOneThatStaysTellsOfAddedRows() {
        let drop = CopyDecision.drop("dn1", besides: ["dn2"])
        func agrees(_ subject: String?, _ other: String?, own: String?) -> Bool {
            let standing = ChunkStanding(nodes: ["dn1", "dn2"], status: own, owner: "app")
            return drop.agrees(subject, other, standing, keepsStatus: false)
        }
        #expect(!agrees("3", "1", own: "3") && !agrees("1", "1", own: "3") && !agrees("11", "3", own: "11"))
        #expect(agrees("1", "3", own: "3") && agrees("3", "3", own: "3") && agrees("1", "1", own: "1"))
        #expect(agrees("0", "0", own: "0") && agrees(nil, nil, own: nil))
    }

    @Test func whatCouldNotBeProvedIsKnownBeforeItIsCopied() {
        let standing = ChunkStanding(nodes: ["dn1"], status: "3", owner: "app")
        func cause(_ source: String, keeps: Bool = true) -> CopyRestating? {
            CopyRestating(standing, source: source, keepsStatus: keeps)
        }
        #expect(cause("3") == nil && cause("1") == nil && cause("1", keeps: false) == nil)
        #expect(cause("3", keeps: false) == .rowsAdded && cause("9") == .rowsUnnoted && cause("0") == .compression)
        let error = ClusterError.isAskew(chunk, "dn1", .compression)
        #expect(error.message.hasSuffix("no copy of it could be proved, and so none was made"))
        #expect(error.remedy?.contains("'hypertable repair ") == true)
        // To do it again is no help before.
        #expect(
            ClusterError.isAskew(chunk, "dn1", .rowsAdded).remedy?.hasPrefix("first sql CALL recompress_chunk(") == true
        )
    }

    /// What a server has undone because of others is tried again, and nothing else is.
    @Test func whatMayPassIsTold() {
        func error(_ sqlstate: String?, _ message: String = "", kind: ClusterError.Kind = .refused) -> ClusterError {
            var error = ClusterError(message, kind: kind)
            error.sqlstate = sqlstate
            return error
        }
        for sqlstate in ["40P01", "40001"] {
            #expect(error(sqlstate).mayPass && error(sqlstate).isOfCollision)
            #expect(!error(sqlstate, kind: .connectionLost).mayPass)
        }
        #expect(error("55P03").mayPass && !error("55P03").isOfCollision)
        #expect(error("XX000", "[dn1]: tuple concurrently updated").isOfCollision)
        #expect(error("P0002", "[dn1]: query returned no rows").isOfCollision)
        #expect(!error("P0002", "relation \"m\" does not exist").isOfCollision)
        #expect(!error("XX000", "chunk id 7 not found").mayPass && !error("57014").mayPass && !error(nil).mayPass)
        #expect(error("42P01", "[dn2]: relation \"i.compress_42_tscl_chunk\" does not exist").isOfRecompression)
        #expect(!error("42P01", "relation \"i._dist_hyper_1_1_chunk\" does not exist").isOfRecompression)
        let told = ClusterError.isInTheWay(of: chunk, error("40P01", "deadlock detected"))
        #expect(told.message.contains("others who work on s.c") && told.sqlstate == "40P01")
    }

    @Test func aComparisonThatTakesTooLongNamesTheOptionThatGivesItMore() {
        let error = ClusterError.isNotCompared(chunk, on: "dn2")
        #expect(error.kind == .timedOut && error.node == "dn2")
        #expect(error.remedy?.contains("--max-lock 60s") == true)
    }

    /// A copy that is made while writers wait has no more time than they.
    @Test func aCopyForWhichWritersWaitNamesTheOptionToo() {
        let error = ClusterError.isTooLong(chunk, "dn1", "dn2", .seconds(10), nil)
        #expect(error.remedy?.hasSuffix("let them wait longer: --max-lock 40s") == true)
        #expect(
            ClusterError.isTooLong(chunk, "dn1", "dn2", CopyEstimate.limit(0), nil).remedy?.contains("--max-lock")
                == false)
    }

    @Test func whateverTakesTheTimeOfWritersIsTold() {
        let slow = ClusterError.tookTooLong("dropping the copy on dn1", of: chunk, on: nil, silent: [])
        #expect(
            slow.message.hasPrefix("dropping the copy on dn1 of s.c took longer than writers may wait: it was undone"))
        #expect(slow.kind == .timedOut && slow.remedy?.contains("--max-lock 60s") == true)
        let silent = ClusterError.tookTooLong("comparing the copies", of: chunk, on: nil, silent: ["dn2"])
        #expect(silent.message.contains("than writers may wait, for dn2, which does not answer: it was undone"))
        #expect(silent.node == "dn2")
        #expect(silent.remedy == "'node ping dn2' tells more; run it again when it answers")
        #expect(
            CopyDecision.take(from: "dn1", to: "dn2", droppingSource: true).deed(isEqual: false).hasSuffix("on dn2"))
    }

    @Test func whatTheServerHasUndoneLeavesNoDoubt() {
        var error = ClusterError("terminating connection due to idle-in-transaction timeout", kind: .connectionLost)
        #expect(error.leavesDoubt)
        error.sqlstate = "25P03"
        #expect(!error.leavesDoubt)
    }

    @Test func aNodeThatDoesNotAnswerIsNamedBeforeWhoHangsOnIt() {
        let table = TableName(schema: "public", name: "t")
        let holder = LockHolder(pid: 7, role: "app", state: "active", seconds: 9)
        let known = CopyWait.lock(on: table, [holder], remedy: "cancel it", silent: [])
        #expect(known.advice == "a lock on t, which is held by process 7 (app, active for 9 s); help: cancel it")
        let silent = CopyWait.lock(on: table, [holder], remedy: "cancel it", silent: ["dn1"])
        #expect(
            silent.text
                == "dn1, which does not answer; what hangs on it may be a lock on t, which is held by process 7 (app, active for 9 s)"
        )
        #expect(silent.remedy?.hasPrefix("'node ping dn1' tells more") == true)
        let error = ClusterError.isNotHeld(chunk, attempts: 5, silent)
        #expect(error.message.contains("it waited for dn1, which does not answer") && error.sqlstate == "55P03")
    }

    @Test func whoReadsCompressedRowsIsNamed() {
        let table = TableName(schema: "i", name: "compress_1")
        let holder = LockHolder(pid: 7, role: "app", state: "idle in transaction", seconds: 9)
        let error = ClusterError.isRead(chunk, table, on: "dn1", by: [holder])
        #expect(
            error.message.hasSuffix("compress_1 is locked by process 7 (app, idle in transaction for 9 s)"))
        #expect(error.remedy?.contains("--max-lock 60s") == true)
    }

    @Test func aCopyThatLacksCompressionSaysWhatTellsMore() {
        var error = ClusterError("relation \"compress_2_tscl_chunk\" does not exist")
        error.sqlstate = "42P01"
        #expect(error.explainingMissingTable(chunk, "dn3").remedy?.contains("dn3 has no compression") == true)
    }

    @Test func aCopyWhoseTableIsGoneIsNotToldToLackCompression() throws {
        let error = ClusterError("relation \"public.m\" does not exist").explainingMissingTable(chunk, "dn3")
        let remedy = try #require(error.remedy)
        #expect(remedy.contains("dn3 is not attached") && !remedy.contains("compress"), "\(remedy)")
    }
}
