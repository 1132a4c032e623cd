import CannedServers
import MultiNode
import Shell
import Testing

/// What `chunk list` and `chunk show` make of answers.
@Suite struct ChunkListTests {
    private let canned = CannedCluster()

    init() {
        canned.has(chunks: [
            CannedCluster.row(chunk: 1, on: ["dn1", "dn2"], compressed: "t"),
            CannedCluster.row(chunk: 2, on: ["dn2", "dn3"]), CannedCluster.row(chunk: 3, on: ["dn1"]),
        ])
        canned.has(copies: [10: 100, 30: 5], on: "dn1")
        canned.has(copies: [10: 200, 20: 40], on: "dn2")
        canned.has(copies: [20: 50], on: "dn3")
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    /// The numbers of the chunks of a list.
    private func chunks(_ options: String) async throws -> [String] {
        let answer = try await run("chunk list \(options) --format csv")
        #expect(answer.status == .done, "\(answer)")
        return answer.data.split(separator: "\n").dropFirst().map {
            String($0.split(separator: ",")[1].dropLast(6).suffix(1))
        }
    }

    @Test func theBytesAreThoseOfAllCopies() async throws {
        let answer = try await run("chunk list --format json")
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(
            answer.json.contains(
                """
                "columns":["hypertable","chunk","range_start","range_end","nodes","bytes","compressed"],\
                "rows":[["metrics","_timescaledb_internal._dist_hyper_1_1_chunk","2024-01-01","2024-01-02",["dn1","dn2"],300,true],\
                ["metrics","_timescaledb_internal._dist_hyper_1_2_chunk","2024-01-02","2024-01-03",["dn2","dn3"],90,false],\
                ["metrics","_timescaledb_internal._dist_hyper_1_3_chunk","2024-01-03","2024-01-04",["dn1"],5,false]]
                """))
    }

    /// As in psql's patterns, what is quoted stands for itself.
    @Test(arguments: [
        (#"'"My Schema".*'"#, true), (#"'"My Schema"."B*"'"#, false), (#"'"My Schema".B*'"#, true),
        (#"'My*."Big Table"'"#, true), (#"'"My *".*'"#, false), (#"'*."Big Table"'"#, true),
        (#"'"Big Table*"'"#, false),
        (#"'"My Schema"."Big Table"'"#, true),
    ]) func aPartOfAPatternMayBeQuoted(_ pattern: String, isFound: Bool) async throws {
        var table = CannedCluster.row(table: "Big Table")
        table["schema"] = "My Schema"
        var chunk = CannedCluster.row(chunk: 1, on: ["dn1"], of: "Big Table")
        chunk["table_schema"] = "My Schema"
        canned.has(tables: [table], chunks: [chunk])
        let answer = try await run("chunk list \(pattern) --format csv")
        #expect(answer.status == (isFound ? .done : .failed), "\(answer)")
        #expect(answer.data.contains("_dist_hyper_1_1_chunk") == isFound)
    }

    @Test func whereANodeIsDownTheRestIsShown() async throws {
        canned["dn3"].openings = [.down("dn3")]
        let answer = try await run("chunk list --format csv")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("Connection refused") && answer.messages.contains("node: dn3"))
        #expect(answer.data.contains(#"2024-01-03,"{dn2,dn3}",,false"#))
        #expect(answer.data.contains(#""{dn1,dn2}",300,true"#))
    }

    @Test func aCopyThatIsNotThereHasNoBytes() async throws {
        canned.has(copies: [:], on: "dn3")
        let answer = try await run("chunk list --format csv")
        #expect(answer.data.contains(#""{dn2,dn3}",,false"#))
    }

    @Test func ofSomeNodesOnlyTheseAreAskedAndCounted() async throws {
        canned["dn1"].openings = [.down("dn1")]
        let answer = try await run("chunk list --on dn3 --format csv")
        #expect(answer.status == .done)
        #expect(answer.data.contains(#"_dist_hyper_1_2_chunk,2024-01-02,2024-01-03,"{dn2,dn3}",50,false"#))
        #expect(!answer.data.contains("_1_1_chunk"))
    }

    @Test func filtersLeaveOut() async throws {
        #expect(try await chunks("--compressed") == ["1"])
        #expect(try await chunks("--uncompressed") == ["2", "3"])
        #expect(try await chunks("--under-replicated") == ["3"])
        #expect(try await chunks("--under-replicated --on dn2") == [])
    }

    @Test func aCopyThatIsNotThereIsNone() async throws {
        canned.has(copies: [:], on: "dn3")
        #expect(try await chunks("--under-replicated") == ["2", "3"])
        #expect(try await chunks("--under-replicated --on dn2") == ["2"])
    }

    @Test func tablesAreNamedAndMatched() async throws {
        #expect(try await chunks("metrics").count == 3)
        #expect(try await chunks("public.metrics").count == 3)
        #expect(try await chunks("'met*'").count == 3)
        let wrong = try await run("chunk list metric")
        #expect(wrong.status == .failed)
        #expect(wrong.messages.contains("there is no distributed hypertable metric"))
        #expect(wrong.messages.contains("did you mean metrics?"))
        #expect(try await run("chunk list 'x*'").messages.contains("no distributed hypertable matches x*"))
    }

    @Test func pointsInTimeAreSentAsTheyAreMeant() async throws {
        #expect(try await chunks("metrics --older-than 30d").count == 3)
        let sent = canned.servers.sent.last { $0.text.contains("make_interval") }
        #expect(sent?.values.last == "2592000")
        #expect(sent?.text.contains("to_timestamp(s.range_end) <= (pg_catalog.now()") == true)
        let wrong = try await run("chunk list --older-than 30")
        #expect(wrong.status == .failed)
        #expect(wrong.messages.contains("the time of metrics is a time, and 30 is none"))
        #expect(try await run("chunk list --older-than '30 days'").status == .usage)
    }

    @Test func whereTimeIsANumberABoundIsOne() async throws {
        canned.has(tables: [CannedCluster.row(table: "metrics", hasTimes: false)], chunks: [])
        #expect(try await chunks("--newer-than 5000") == [])
        #expect(canned.servers.sent.contains { $0.text.contains("s.range_start >=") && $0.values.contains("5000") })
        #expect(try await run("chunk list --newer-than 2024-01-01").messages.contains("is a whole number"))
    }

    @Test func theEmulatorHasNone() async throws {
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["functions"] = ArrayText.text(["_timescaledb_functions.tscl_emulator()", "public.add_data_node(node_name)"])
        canned[CannedCluster.accessNode].answer(Capabilities.query, .rows([row]))
        #expect(try await chunks("") == [])
        #expect(canned.toAccessNode.allSatisfy { !$0.contains("dimension_slice") })
    }

    @Test func nodesOfTheCatalogThatAreGoneAreTold() async throws {
        canned.has(chunks: [CannedCluster.row(chunk: 1, on: ["dn9"])])
        let answer = try await run("chunk list --format csv")
        #expect(answer.status == .partial)
        #expect(answer.messages.contains("there is no data node of that name any more"))
    }

    // MARK: chunk show

    private func prepareShow() {
        let access = CannedCluster.capabilities
        canned.has(chunks: [CannedCluster.row(chunk: 1, on: ["dn1", "dn2"])])
        canned[CannedCluster.accessNode].answer(
            ChunkSlice.list(ofChunk: 1, access),
            .rows([
                ["column": "time", "range_start": "2024-01-01", "range_end": "2024-01-02", "hashed": "f"],
                ["column": "device", "range_start": "0", "range_end": "99", "hashed": "t"],
            ]))
        canned[CannedCluster.accessNode].answer(ChunkCopying.list(ofChunk: 1), .none)
        for node in ["dn1", "dn2"] {
            let place = Place(stringLiteral: node)
            canned[place].answer(CopyFacts.lastWritten(1), .value("2024-01-02 03:04:05+00"))
            canned[place].answer(CopyFacts.count(of: CannedCluster.chunkName(1)), .rows([["rows": "7"]]))
        }
        canned["dn1"].answer(CopyFacts.lastWritten(1), .rows([["last_written": "2024-01-02 03:04:05+00"]]))
    }

    @Test func aChunkIsShownWithItsCopies() async throws {
        prepareShow()
        canned["dn2"].answer(CopyFacts.lastWritten(1), .refused("permission denied", sqlstate: "42501"))
        canned[CannedCluster.accessNode].answer(
            ChunkCopying.list(ofChunk: 1),
            .rows([["operation": "op1", "source": "dn1", "destination": "dn3", "stage": "sync", "running": "f"]]))
        let answer = try await run("chunk show _dist_hyper_1_1_chunk --format csv")
        #expect(answer.status == .done, "\(answer)")
        let name = "_timescaledb_internal._dist_hyper_1_1_chunk"
        #expect(
            answer.data.split(separator: "\n").dropFirst().joined(separator: "\n") == """
                chunk,\(name),hypertable,metrics
                chunk,\(name),replication_factor,2
                chunk,\(name),copies,2
                slice,time,range_start,2024-01-01
                slice,time,range_end,2024-01-02
                slice,time,hashed,false
                slice,device,range_start,0
                slice,device,range_end,99
                slice,device,hashed,true
                copy,dn1,state,present
                copy,dn1,rows,7
                copy,dn1,bytes,100
                copy,dn1,compressed,false
                copy,dn1,last_written,2024-01-02 03:04:05+00
                copy,dn2,state,present
                copy,dn2,rows,7
                copy,dn2,bytes,200
                copy,dn2,compressed,false
                copy,dn2,last_written,
                copying,op1,source,dn1
                copying,op1,destination,dn3
                copying,op1,stage,sync
                copying,op1,running,false
                """)
    }

    @Test func rowsThatTakeTooLongToCountAreUnknown() async throws {
        prepareShow()
        canned["dn1"].answer(CopyFacts.count(of: CannedCluster.chunkName(1)), .silence)
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await run("chunk show _dist_hyper_1_1_chunk")
        #expect(answer.status == .partial)
        #expect(answer.data.contains(" dn1     | present | unknown | 100 bytes | false      | 2024-01-02 03:04:05+00"))
        #expect(answer.data.contains(" dn2     | unknown |"))
    }

    @Test func aCopyThatTheNodeLacksIsMissing() async throws {
        prepareShow()
        canned.has(copies: [:], on: "dn2")
        #expect(try await run("chunk show _dist_hyper_1_1_chunk --format csv").data.contains("copy,dn2,state,missing"))
    }

    @Test func aChunkThatIsNotThereIsToldSo() async throws {
        canned.has(chunks: [])
        let answer = try await run("chunk show nix")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("there is no chunk nix") && answer.messages.contains("'chunk list'"))
    }
}
