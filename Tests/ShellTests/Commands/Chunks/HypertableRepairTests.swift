import CannedServers
import Foundation
import Glibc
import MultiNode
import Shell
import SystemPackage
import Testing

/// What `hypertable repair` makes of copies that differ, or are missing.
@Suite struct HypertableRepairTests {
    private let canned = CannedCluster()
    private let chunk = CannedCluster.chunkName(1)

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private static func digest(_ rows: Int, _ hash: String) -> [[String: String?]] {
        [["rows": String(rows), "hash": hash]]
    }

    private static func row(_ hash: Int) -> [String: String?] {
        ["hash": String(hash), "rows": "1", "key": "time=\(hash)"]
    }

    /// A chunk on dn1 and dn2, with these rows there.
    private func prepare(_ first: [Int], _ second: [Int], nodes: [String] = ["dn1", "dn2"]) {
        canned.has(placed: [1: nodes], factor: nodes.count)
        for (node, rows) in [("dn1", first), ("dn2", second)] {
            canned.answers(node, .digest(), about: 1, Self.digest(rows.count, "\(rows)"))
            canned.answers(
                node, .parts, about: 1,
                rows.map { ["part": String($0), "rows": "1", "hash": String($0)] })
            for parts in [[Int]](arrayLiteral: [1], [2], [1, 2], [2, 3], [1, 2, 3]) {
                canned.answers(node, .rows(parts), about: 1, rows.filter(parts.contains).map(Self.row))
            }
            canned[Place(stringLiteral: node)].answer(ChunkStanding.status(of: chunk), .value("0"))
            canned[Place(stringLiteral: node)].answer(CopyQuestion.isWritten(chunk), .rows([["written": "f"]]))
            canned[Place(stringLiteral: node)].answer(OpenSnapshot.query(), .none)
        }
        var server = canned[CannedCluster.accessNode]
        server.answer(ChunkCopySQL.claim(1, process: 0), .value("t"))
        server.answer(
            ChunkStanding.query(ofChunk: 1),
            .rows([["nodes": ArrayText.text(nodes), "status": "0", "owner": "app"]]))
        server.answer(ChunkCopying.list(ofChunk: 1), .none)
        for statement in ChunkCopySQL.hold(
            CannedCluster.metrics, id: 1, waiting: .seconds(3), within: .seconds(10))
            + ChunkCopySQL.hold(chunk: chunk, waiting: .seconds(3))
        {
            server.answer(statement, .done("SELECT"))
        }
        for there in [nodes, ["dn1"], ["dn2"]] {
            server.answer(ChunkCopySQL.hold(copyOf: chunk, on: there, CannedCluster.capabilities), .done("CALL"))
        }
        for node in nodes {
            server.answer(ChunkCopySQL.drop(chunk, on: node, CannedCluster.capabilities), .done("SELECT 1"))
        }
        server.answer(ChunkCopySQL.renewPlans(of: chunk, owner: "app"), .done("GRANT"))
        canned[CannedCluster.accessNode] = server
    }

    private var drops: [String] { canned.toAccessNode.filter { $0.contains("chunk_drop_replica") } }

    @Test func theCopyThatLacksRowsIsDroppedWhileNobodyWrites() async throws {
        prepare([1, 2, 3], [1])
        let answer = try await run("hypertable repair --format csv")
        #expect(answer.data.contains("mend,metrics,\(chunk.shownName),dn2,,,dropped,,"), "\(answer)")
        #expect(answer.data.contains("it lacked 2 rows of dn1"))
        #expect(drops.count == 1 && drops[0].contains("'dn2'"))
        // It is compared once more between the lock and the drop, and nothing is locked on the nodes then.
        let sent = canned.servers.sent.map { "\($0.place): \($0.text)" }
        let lock = try #require(sent.firstIndex { $0.contains("LOCK TABLE") })
        let drop = try #require(sent.firstIndex { $0.contains("chunk_drop_replica") })
        let between = sent[lock..<drop]
        #expect(between.contains { $0.hasPrefix("dn2: ") && $0.contains("hashtextextended") })
        // Nor does anybody write to the chunk by its own name meanwhile.
        let own = try #require(between.firstIndex { $0.hasPrefix("an1: ALTER FOREIGN TABLE") })
        let compared = try #require(between.firstIndex { $0.contains("hashtextextended") })
        #expect(own < compared)
        #expect(between.last { $0.hasPrefix("dn2: BEGIN") || $0.hasPrefix("dn2: ROLLBACK") } == "dn2: ROLLBACK")
        #expect(sent[drop...].contains("an1: COMMIT"))
        #expect(!sent.contains { $0.contains("CREATE TABLE") })
    }

    // MARK: What programs are told

    private static func objects(_ answer: ShellTrial.Answer) throws -> [[String: Any]] {
        try answer.data.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    private func isRefused() {
        canned[CannedCluster.accessNode].answer(
            ChunkCopySQL.drop(chunk, on: "dn2", CannedCluster.capabilities), .refused("no", sqlstate: "42501"))
    }

    @Test(arguments: ["json", "jsonl"]) func programsAreToldOfAStepWhenItHasEnded(_ format: String) async throws {
        prepare([1, 2, 3], [1])
        let objects = try Self.objects(try await run("hypertable repair --format \(format)"))
        try #require(objects.count == 2, "\(objects)")
        let step = try #require(objects[0]["step"] as? [String: Any])
        #expect(objects[0]["v"] as? Int == 1 && objects[0]["command"] as? String == "hypertable repair")
        #expect(step["chunk"] as? String == chunk.shownName && step["state"] as? String == "dropped", "\(step)")
        #expect(step["from"] as? String == "dn2" && step["ms"] is Double && step["bytes"] is NSNull)
        #expect(objects[1]["step"] == nil)
        #expect(format == "json" ? (objects[1]["rows"] as? [Any])?.count == 1 : objects[1]["state"] != nil)
        let chosen = try Self.objects(try await run("hypertable repair --columns state,chunk --format \(format)"))
        #expect(Set((chosen.first?["step"] as? [String: Any] ?? [:]).keys) == ["state", "chunk"], "\(chosen)")
    }

    /// As it is killed while its copy is read.
    @Test func aNodeThatGoesWhileItIsReadIsNamed() async throws {
        prepare([1, 2, 3], [1])
        canned["dn2"].replies(to: CopyQuestion.parts.query(of: chunk, CannedCluster.shape), [.lost])
        let answer = try await run("hypertable repair")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
        #expect(answer.messages.contains("server closed the connection"), "\(answer)")
        #expect(answer.messages.contains("node: dn2"), "\(answer)")
    }

    @Test func stepsAreForJSONAlone() async throws {
        prepare([1, 2, 3], [1])
        let answer = try await run("hypertable repair --format csv")
        #expect(answer.data.split(separator: "\n").count == 2, "\(answer)")
        #expect(try await run("hypertable repair --format json --quiet").data.isEmpty)
    }

    @Test func ofAStepThatFailsTheRestIsTold() async throws {
        prepare([1, 2, 3], [1])
        isRefused()
        for quiet in ["", " --quiet"] {
            let answer = try await run("hypertable repair metrics --format json\(quiet)")
            let objects = try Self.objects(answer)
            try #require(objects.count == 2, "\(answer)")
            let error = try #require(objects[1]["error"] as? [String: Any])
            #expect((objects[0]["step"] as? [String: Any])?["state"] as? String == "failed")
            #expect((error["rest"] as? String)?.hasPrefix("hypertable repair metrics ") == true, "\(error)")
            #expect(error["sqlstate"] as? String == "42501")
            #expect(
                ((objects[1]["failures"] as? [[String: Any]])?.first?["message"] as? String)?.contains("no") == true)
            #expect(!answer.messages.contains("to go on"))
        }
        for format in ["table", "csv", "tsv", "jsonl"] {
            let answer = try await run("hypertable repair metrics --format \(format)")
            #expect(answer.messages.contains("note: to go on: hypertable repair metrics "), "\(answer)")
        }
    }

    /// Who reads no more does not keep the steps from being done.
    @Test func aPipeThatIsClosedStopsNoStep() async throws {
        signal(SIGPIPE, SIG_IGN)
        prepare([1, 2, 3], [1])
        let (reading, writing) = try FileDescriptor.pipe()
        try reading.close()
        let answer = try await ShellTrial(canned, to: writing).run("hypertable repair --format json")
        try writing.close()
        #expect(drops.count == 1, "\(answer)")
    }

    // MARK: What is dropped

    /// Has the access node and the nodes tell the status of the chunk.
    private func statuses(_ own: String, _ first: String, _ second: String) {
        var server = canned[CannedCluster.accessNode]
        server.answer(CompressedChunks.list([]), .rows([["chunk": "1", "status": own]]))
        server.answer(
            ChunkStanding.query(ofChunk: 1), .rows([["nodes": "{dn1,dn2}", "status": own, "owner": "app"]]))
        for isCompressed in [true, false] {
            server.answer(
                CopyAlignment.note(isCompressed, of: chunk, CannedCluster.capabilities), .value(chunk.shownName))
        }
        canned[CannedCluster.accessNode] = server
        for (node, status) in [("dn1", first), ("dn2", second)] {
            let place = Place(stringLiteral: node)
            canned[place].answer(CompressedChunks.list([]), .rows([["chunk": "10", "status": status]]))
            canned[place].answer(ChunkStanding.status(of: chunk), .value(status))
        }
    }

    private var notes: [String] { canned.toAccessNode.filter { $0.contains("compress_chunk(") } }

    @Test func aCopyThatIsCompressedOtherwiseThanTheAccessNodeHasItIsDropped() async throws {
        prepare([1, 2], [1, 2])
        statuses("9", "0", "1")
        let preview = try await run("hypertable repair --dry-run --format csv")
        #expect(preview.data.contains("mend,metrics,\(chunk.shownName),dn1,,") && drops.isEmpty, "\(preview)")
        let answer = try await run("hypertable repair --format csv")
        #expect(answer.data.contains("it had the same rows as that on dn2, and was not compressed"), "\(answer)")
        #expect(drops.count == 1 && drops[0].contains("'dn1'") && notes.isEmpty)
        #expect(!canned.servers.sent.contains { $0.text.contains("CREATE TABLE") })
        // Somebody wants that one.
        let kept = try await run("hypertable repair --keep dn1 --format csv")
        #expect(drops.count == 2 && drops[1].contains("'dn2'"), "\(kept)")
        #expect(notes.count == 1 && notes[0].contains("decompress_chunk("))
    }

    @Test func whereNoCopyIsAsTheAccessNodeHasItItNotesWhatTheyAre() async throws {
        prepare([1, 2], [1, 2])
        statuses("0", "1", "1")
        let shown = try await run("hypertable repair --dry-run --show-sql")
        #expect(shown.messages.contains(".compress_chunk(") && notes.isEmpty, "\(shown)")
        let answer = try await run("hypertable repair --format csv")
        #expect(answer.status == .done && drops.isEmpty, "\(answer)")
        #expect(
            answer.data.contains("noted,,") && answer.data.contains("the access node notes now that it is compressed"))
        #expect(notes.count == 1 && !notes[0].contains("decompress_chunk("))
        let sent = canned.toAccessNode
        let note = try #require(sent.firstIndex(of: notes[0]))
        #expect(sent[..<note].contains { $0.contains("LOCK TABLE") } && sent[note...].contains("COMMIT"))
    }

    /// Where rows differ it is these that decide, and the access node is told what the right copy is.
    @Test func theCopyWithAllRowsStaysHoweverItIsCompressed() async throws {
        prepare([1, 2], [1])
        statuses("1", "0", "1")
        let answer = try await run("hypertable repair --format csv")
        #expect(drops.count == 1 && drops[0].contains("'dn2'"), "\(answer)")
        #expect(notes.count == 1 && notes[0].contains("decompress_chunk("))
    }

    /// Before 2.11 a copy may have lost the note that rows were added, without which it is read out of order.
    @Test func whatTellsOfAddedRowsIsNotDroppedBesideWhatDoesNot() async throws {
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["extension_version"] = "2.9.3"
        prepare([1, 2], [1])
        canned[CannedCluster.accessNode].answer(Capabilities.query, .rows([row]))
        statuses("3", "1", "3")
        let answer = try await run("hypertable repair")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
        #expect(answer.messages.contains("read out of order") && answer.messages.contains("decompress_chunk("))
        for (first, second) in [("3", "3"), ("3", "1")] {
            let before = drops.count
            statuses("3", first, second)
            _ = try await run("hypertable repair")
            #expect(drops.count == before + 1 && drops[before].contains("'dn2'"))
        }
    }

    /// What a refresh has read of the wrong copy it would not read again.
    @Test func aggregatesTakeInTheTimeOfTheChunkAnew() async throws {
        prepare([1, 2, 3], [1])
        let row = ["id": "1", "lowest": "0", "greatest": "99"] as [String: String?]
        let noting = try #require(ChunkInvalidation(row: row)).noting(on: "dn1", CannedCluster.capabilities)
        canned[CannedCluster.accessNode].answer(ChunkInvalidation.query(ofChunk: 1), .rows([row]))
        canned[CannedCluster.accessNode].answer(noting, .done("CALL"))
        let answer = try await run("hypertable repair")
        #expect(
            answer.messages.contains("continuous aggregates of metrics take in the time of 1 chunk anew"), "\(answer)")
        let statements = canned.servers.sent.filter { $0.place == CannedCluster.accessNode }
        let sent = statements.map(\.text)
        let noted = try #require(statements.firstIndex { $0.text == noting.text && $0.values == noting.values })
        let lock = try #require(sent.firstIndex { $0.contains("LOCK TABLE") })
        let drop = try #require(sent.firstIndex { $0.contains("chunk_drop_replica") })
        #expect(lock < noted && noted < drop && !sent[lock..<drop].contains("COMMIT"))
        // Copies with the same rows have told it nothing wrong.
        prepare([1, 2], [1, 2])
        statuses("1", "0", "1")
        let alike = try await run("hypertable repair")
        let again = canned.servers.sent.count { $0.text == noting.text && $0.values == noting.values }
        #expect(again == 1, "\(alike)")
    }

    @Test func aDeadlockIsTriedAgain() async throws {
        prepare([1, 2, 3], [1])
        let drop = ChunkCopySQL.drop(chunk, on: "dn2", CannedCluster.capabilities)
        let deadlock = Reply.refused("deadlock detected", sqlstate: "40P01")
        canned[CannedCluster.accessNode].replies(to: drop, [deadlock, .done("SELECT 1")])
        let answer = try await run("hypertable repair")
        #expect(drops.count == 2 && !answer.messages.contains("deadlock"), "\(answer)")
        canned[CannedCluster.accessNode].replies(to: drop, [deadlock])
        let failed = try await run("hypertable repair")
        #expect(failed.status == .partial)
        #expect(failed.messages.contains("others who work on \(chunk.shownName)"), "\(failed)")
    }

    @Test func copiesThatAreTheSameByThenStay() async throws {
        prepare([1, 2, 3], [1])
        // Another has written it meanwhile.
        let question = CopyQuestion.digest().query(of: chunk, CannedCluster.shape)
        canned["dn2"].replies(
            to: question, [Self.digest(1, "[1]"), Self.digest(3, "[1, 2, 3]")].map { .rows($0) })
        let answer = try await run("hypertable repair")
        #expect(answer.status == .done && drops.isEmpty, "\(answer)")
    }

    @Test func copiesThatBecomeTheSameBehindTheirDigestsStay() async throws {
        prepare([1, 2, 3], [1])
        // What was in doubt when they were read is ended before it is looked at which rows differ.
        let parts = [1, 2, 3].map { part -> [String: String?] in ["part": "\(part)", "rows": "1", "hash": "\(part)"] }
        let before = [["part": "1", "rows": "1", "hash": "1"]] as [[String: String?]]
        canned.answers("dn2", .parts, about: 1, before, parts)
        let answer = try await run("hypertable repair")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
        #expect(answer.messages.contains("changed while they were compared"), "\(answer)")
        #expect(answer.messages.contains("run it again"))
    }

    @Test func whereEachLacksRowsNothingIsDoneUnlessSomebodyDecides() async throws {
        prepare([1, 2], [1, 3])
        let answer = try await run("hypertable repair")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
        #expect(answer.messages.contains("lacks rows that another has"))
        #expect(answer.messages.contains("'hypertable repair public.metrics --keep NODE'"))
        // What is found while others write may be on its way: it is decided when nobody does.
        #expect(canned.toAccessNode.contains { $0.contains("LOCK TABLE") })

        let aside = TableName(schema: "public", name: "_dist_hyper_1_1_chunk_replaced")
        canned["dn2"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .none)
        canned["dn2"].answer(CopyAside.freeName(of: chunk, CannedCluster.metrics), .value(aside.name))
        canned["dn2"].answer(CopyAside.keep(chunk, CannedCluster.shape, as: aside), .done("SELECT 2"))
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: aside, CannedCluster.shape), .rows(Self.digest(2, "[1, 3]")))
        let decided = try await run("hypertable repair --keep dn1")
        #expect(decided.messages.contains("dn2 keeps the rows of its old copy of \(chunk.shownName) in \(aside)"))
        #expect(drops.count == 1 && drops[0].contains("'dn2'"), "\(decided)")
        let sent = canned.servers.sent.map(\.text)
        let kept = try #require(sent.firstIndex { $0.contains("CREATE TABLE") })
        let drop = try #require(sent.firstIndex { $0.contains("chunk_drop_replica") })
        #expect(kept < drop)

        // Where the table was made, and the run killed, the next finds it.
        canned["dn2"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .rows([["name": aside.name]]))
        _ = try await run("hypertable repair --keep dn1")
        #expect(canned.servers.sent.count { $0.text.contains("CREATE TABLE") } == 1 && drops.count == 2)
    }

    /// Rows that were deleted do not come back where somebody has said what is to stay.
    @Test func whatIsOrderedToStayStaysAlsoWhereAnotherHasAllItsRows() async throws {
        prepare([1, 2, 3], [1])
        var standing = canned[CannedCluster.accessNode]
        standing.answer(ReadCopy.list(of: [1]), .rows([["id": "1", "node": "dn2"]]))
        canned[CannedCluster.accessNode] = standing
        let preview = try await run("hypertable repair --keep dn2 --dry-run --format csv")
        #expect(preview.data.contains("mend,metrics,\(chunk.shownName),dn1,,") && drops.isEmpty, "\(preview)")
        #expect(!preview.data.contains("\(chunk.shownName),dn2,,"), "\(preview)")

        let aside = TableName(schema: "public", name: "_dist_hyper_1_1_chunk_replaced")
        canned["dn1"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .none)
        canned["dn1"].answer(CopyAside.freeName(of: chunk, CannedCluster.metrics), .value(aside.name))
        canned["dn1"].answer(CopyAside.keep(chunk, CannedCluster.shape, as: aside), .done("SELECT 3"))
        canned["dn1"].answer(
            CopyQuestion.digest().query(of: aside, CannedCluster.shape), .rows(Self.digest(3, "[1, 2, 3]")))
        let answer = try await run("hypertable repair --keep dn2 --format csv")
        #expect(drops.count == 1 && drops[0].contains("'dn1'"), "\(answer)")
        #expect(answer.data.contains("had 2 rows more: all that it had is kept there in \(aside)"), "\(answer)")
        let sent = canned.servers.sent.map(\.text)
        let kept = try #require(sent.firstIndex { $0.contains("CREATE TABLE") })
        let drop = try #require(sent.firstIndex { $0.contains("chunk_drop_replica") })
        #expect(kept < drop)
    }

    /// Without an order the copy with all rows stays, and it is told that some may have been deleted.
    @Test func rowsThatMayHaveBeenDeletedAreTold() async throws {
        prepare([1, 2, 3], [1])
        var server = canned[CannedCluster.accessNode]
        server.answer(ReadCopy.list(of: [1]), .rows([["id": "1", "node": "dn2"]]))
        server.answer(
            ChunkCopySQL.read(chunk, on: "dn1", insteadOf: "dn2", CannedCluster.capabilities), .done("SELECT 1"))
        canned[CannedCluster.accessNode] = server
        let plan = try await run("hypertable repair --dry-run")
        #expect(
            (plan.messages + plan.data).contains(
                "the copy on dn1 has all rows of the others, and stays: 2 rows that the one on dn2 lacks, which the access node reads, "
                    + "are back then; if they were deleted: --keep dn2"), "\(plan)")
        let answer = try await run("hypertable repair")
        #expect(drops.count == 1 && drops[0].contains("'dn2'"), "\(answer)")
        #expect(
            answer.messages.contains(
                "the copy on dn1, which has all rows of the others, stays: 2 rows that the one on dn2 lacked"),
            "\(answer)")
    }

    @Test func anEarlierTableOfOtherColumnsIsLetBe() async throws {
        prepare([1, 2], [1, 3])
        let earlier = TableName(schema: "public", name: "_dist_hyper_1_1_chunk_replaced")
        let aside = TableName(schema: "public", name: "_dist_hyper_1_1_chunk_replaced_1")
        canned["dn2"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .rows([["name": earlier.name]]))
        canned["dn2"].answer(CopyAside.freeName(of: chunk, CannedCluster.metrics), .value(aside.name))
        canned["dn2"].answer(CopyAside.keep(chunk, CannedCluster.shape, as: aside), .done("SELECT 2"))
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: earlier, CannedCluster.shape),
            .refused("column x.v does not exist", sqlstate: "42703"))
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: aside, CannedCluster.shape), .rows(Self.digest(2, "[1, 3]")))
        let answer = try await run("hypertable repair --keep dn1")
        #expect(answer.messages.contains("dn2 keeps the rows of its old copy of \(chunk.shownName) in \(aside)"))
        #expect(drops.count == 1, "\(answer)")
        // Else nothing more could be asked there.
        let sent = canned.servers.statements(to: "dn2")
        let refused = try #require(sent.firstIndex { $0.contains(earlier.quoted + " x") })
        #expect(sent[refused + 1] == "ROLLBACK")
    }

    @Test func nothingIsDroppedWhatIsNotWhollyKept() async throws {
        prepare([1, 2], [1, 3])
        let aside = TableName(schema: "public", name: "_dist_hyper_1_1_chunk_replaced")
        canned["dn2"].answer(CopyAside.names(of: chunk, CannedCluster.metrics), .none)
        canned["dn2"].answer(CopyAside.freeName(of: chunk, CannedCluster.metrics), .value(aside.name))
        canned["dn2"].answer(CopyAside.keep(chunk, CannedCluster.shape, as: aside), .done("SELECT 1"))
        canned["dn2"].answer(
            CopyQuestion.digest().query(of: aside, CannedCluster.shape), .rows(Self.digest(1, "[1]")))
        let answer = try await run("hypertable repair --keep dn1")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
    }

    @Test func whatIsRegisteredAndNotThereIsRegisteredNoMore() async throws {
        prepare([1], [1])
        canned.has(copies: [:], on: "dn2")
        let missing = Reply.refused("relation does not exist", sqlstate: "42P01")
        for question in [CopyQuestion.digest(), .digest(watching: true)] {
            canned["dn2"].answer(question.query(of: chunk, CannedCluster.shape), missing)
        }
        canned["dn2"].answer(ChunkStanding.status(of: chunk), .none)
        canned["dn2"].answer(CopyAside.isTaken(chunk), .value("f"))
        canned["dn2"].answer(CopyAside.stand(inFor: chunk), .done("CREATE TABLE"))
        let answer = try await run("hypertable repair --format csv")
        #expect(answer.data.contains("it was registered, and not there"), "\(answer)")
        #expect(drops.count == 1 && drops[0].contains("'dn2'"))

        // What a run that was killed has put in its place has no columns and no rows.
        canned["dn2"].answer(CopyAside.isTaken(chunk), .value("t"))
        canned["dn2"].answer(CopyFacts.count(of: chunk), .value("0"))
        for question in [CopyQuestion.digest(), .digest(watching: true)] {
            canned["dn2"].answer(
                question.query(of: chunk, CannedCluster.shape),
                .refused("column x.time does not exist", sqlstate: "42703"))
        }
        _ = try await run("hypertable repair")
        #expect(drops.count == 2)

        // A table of its name that somebody else has put there is not dropped with its rows.
        canned["dn2"].answer(CopyFacts.count(of: chunk), .value("5"))
        let taken = try await run("hypertable repair")
        #expect(taken.status == .partial && drops.count == 2, "\(taken)")
        #expect(taken.messages.contains("with rows that is no chunk"))
    }

    @Test func aChunkThatNoNodeHasIsTold() async throws {
        prepare([1], [1])
        for node in ["dn1", "dn2"] { canned.has(copies: [:], on: node) }
        let answer = try await run("hypertable repair")
        #expect(answer.status == .partial && drops.isEmpty, "\(answer)")
        #expect(answer.messages.contains("none of the nodes that answer has it: dn1, dn2"))
    }

    @Test func whatIsWrittenOrBeingCopiedIsLeft() async throws {
        prepare([1, 2], [1])
        canned["dn2"].answer(CopyQuestion.isWritten(chunk), .rows([["written": "t"]]))
        let written = try await run("hypertable repair")
        #expect(written.status == .partial && drops.isEmpty, "\(written)")
        #expect(written.messages.contains("is open or in doubt there"))

        prepare([1, 2], [1])
        canned[CannedCluster.accessNode].answer(
            ChunkCopying.list(ofChunk: 1),
            .rows([["operation": "x", "source": "dn1", "destination": "dn3", "stage": "sync", "running": "t"]]))
        let copied = try await run("hypertable repair")
        #expect(copied.messages.contains("is being copied from dn1 to dn3") && drops.isEmpty, "\(copied)")
    }

    @Test func whatIsNeededIsShownBefore() async throws {
        prepare([1, 2], [1])
        let answer = try await run("hypertable repair --dry-run --format csv")
        let name = chunk.shownName
        #expect(
            answer.data.split(separator: "\n").dropFirst().map { $0.prefix(while: { $0 != "\r" }) } == [
                "mend,metrics,\(name),dn2,,", "copy,metrics,\(name),dn1,dn2,1000",
            ] || answer.data.contains("copy,metrics,\(name),dn1,dn3,1000"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("LOCK TABLE") })
    }
}
