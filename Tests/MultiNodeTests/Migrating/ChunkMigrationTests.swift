import MultiNode
import Testing

/// The statements by which one chunk goes over.
@Suite struct ChunkMigrationTests {
    private static func table(_ changes: [String: String?] = [:]) throws -> TargetTable {
        let row: [String: String?] = [
            "id": "9", "owner": "app", "columns": "{time,\"odd col\",v,twice}",
            "types": "{\"timestamp with time zone\",text,numeric,integer}", "generated": "{twice}",
            "sendable": "{time,\"odd col\",v,twice}", "required": "{time}",
            "functions_schema": "_timescaledb_functions",
            "extension_schema": "public", "extension_version": "2.13.1", "server_version": "150018", "options": nil,
            "has_triggers": "f", "compressed_schema": nil, "compressed_name": nil, "compressed_columns": nil,
        ]
        return try #require(
            TargetTable(TableName(schema: "public", name: "m"), row: row.merging(changes) { $1 }))
    }

    private static let chunk = SourceChunk(row: [
        "id": "7", "hypertable_id": "2", "schema": "_timescaledb_internal", "name": "_dist_hyper_2_7_chunk",
        "slices": #"{"time": [1, 2]}"#, "position": "1", "nodes": "{dn1,dn2}",
    ])

    private static let binary = CopyForm(isBinary: true, encoding: "UTF8")

    private static func facts(_ changes: [String: String?] = [:]) -> SourceFacts {
        let row: [String: String?] = [
            "schema": "_timescaledb_internal", "name": "_dist_hyper_2_7_chunk", "conditions": nil, "bytes": "10",
        ]
        return SourceFacts(row: row.merging(changes) { $1 })
    }

    private static let compressed: [String: String?] = [
        "compressed_schema": "_timescaledb_internal", "compressed_name": "compress_hyper_3_8_chunk",
        "compressed_columns": "{b,a}", "compressed_types": "{text,int4}", "sizes": "{1,2,3,4,5,6,7,8}",
    ]

    private static func record(_ changes: [String: String?] = [:]) -> MigratedChunk {
        let row: [String: String?] = [
            "hypertable_id": "2", "source_id": "7", "source_schema": "_timescaledb_internal",
            "source_name": "_dist_hyper_2_7_chunk", "state": "copied", "target_schema": "_timescaledb_internal",
            "target_name": "_tscl_9_7_chunk", "node": "dn1", "node_uuid": "u1", "snapshot_xmin": "4294967300",
            "row_count": "5", "is_compressed": "f", "is_there": "t", "is_compressed_there": "f",
        ]
        return MigratedChunk(row: row.merging(changes) { $1 })
    }

    // MARK: What has changed

    @Test func aChunkHasChangedByItsRowsAndTheirNumber() {
        let text = ChangeQuery.query([(Self.record(), Self.facts())]).text
        // Of 64 bits of the transaction's number the rows have 32.
        #expect(text.contains("pg_catalog.age('4'::pg_catalog.xid)"))
        #expect(text.contains("<> 5 AS changed,"))
        #expect(text.contains(#"FROM ONLY "_timescaledb_internal"."_dist_hyper_2_7_chunk""#))
    }

    @Test func theNumbersOfAnotherDatabaseSayNothing() {
        let text = ChangeQuery.query([(Self.record(), Self.facts())]).text
        // All 64 bits count: behind 2^31 transactions the rows' 32 tell the wrong order, behind 2^32 the right one again.
        #expect(
            text.contains(
                "txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) - 4294967300 NOT BETWEEN 0 AND 1000000000"))
        #expect(text.contains("IS DISTINCT FROM 'u1'"))
    }

    /// A backup that was put in its place counts its transactions again.
    @Test func aNodeThatIsBehindWhatWasReadTellsNothing() {
        let record = Self.record(["node_timeline": "00000001", "node_place": "0/16B3748"])
        let text = ChangeQuery.query([(record, Self.facts())]).text
        #expect(text.contains("<> '00000001' OR pg_catalog.pg_current_wal_insert_lsn() < '0/16B3748'::"), "\(text)")
    }

    /// No row is written for it.
    @Test func aColumnThatWasDroppedAndCameAgainIsAnotherOne() {
        let text = ChangeQuery.query([(Self.record(), Self.facts())]).text
        #expect(text.contains("FROM pg_catalog.pg_attribute a"), "\(text)")
        #expect(text.contains(#"'"_timescaledb_internal"."_dist_hyper_2_7_chunk"'::pg_catalog.regclass"#), "\(text)")
        #expect(!text.contains("attisdropped"), "\(text)")
        let since = ChangeQuery.isWritten(TableName(schema: "s", name: "c"), compressed: nil, since: 5).text
        #expect(since.contains("AND a.attisdropped AND pg_catalog.age(a.xmin) <="), "\(since)")
    }

    /// Behind the cut-over as before it.
    @Test func whatWasWrittenLongAgoIsNotTakenForUnchanged() throws {
        let row: [String: String?] = [
            "schema": "s", "name": "c", "row_count": "5", "range_start": "10", "range_end": "20",
        ]
        let text = try #require(WrittenChunk(row: row).mayDiffer(since: -7)).text
        #expect(text.contains("- -7 NOT BETWEEN 0 AND 1000000000 OR"), "\(text)")
        #expect(text.contains("a.attisdropped") && text.contains("<> 5"), "\(text)")
    }

    @Test func rowsOutOfOrderAreNotCarried() throws {
        let enabled: [String: String?] = [
            "compressed_schema": "_timescaledb_internal", "compressed_name": "_compressed_hypertable_10",
            "compressed_columns": "{a,b}",
        ]
        let facts = Self.facts(Self.compressed.merging(["is_unordered": "t"]) { $1 })
        #expect(try !TargetWriting(Self.chunk, in: Self.table(enabled)).takesCompressedRows(of: facts))
        let known = SourceChunk(row: ["id": "7", "nodes": "{dn1}", "is_unordered": "t"])
        #expect(try !TargetWriting(known, in: Self.table(enabled)).takesCompressedRows(of: Self.facts(Self.compressed)))
        // An earlier tscl has carried them.
        let told = "SELECT 7 AS id, true AS changed, false AS replaced, false AS restarted"
        #expect(ChangeQuery.query([(Self.record(["is_compressed": "t"]), facts)]).text == told)
        let anew = Self.record(["is_compressed": "t", "is_carried": "false"])
        #expect(ChangeQuery.query([(anew, facts)]).text != told)
    }

    @Test func aChunkHasNothingOfItsOwn() throws {
        let attaching = try TargetWriting(Self.chunk, in: Self.table(["is_superuser": "t"])).attaching.map(\.text)
        #expect(attaching.count == 4 && attaching[0].contains("create_chunk"))
        #expect(attaching[1].contains("SET attislocal = false") && attaching[1].contains("_tscl_9_7_chunk"))
        #expect(attaching[2].contains("SET conislocal = false"))
        // Who may use the table may use the chunk.
        #expect(attaching[3].contains("aclexplode") && attaching[3].contains("'GRANT %s ON TABLE %s TO %s%s'"))
        // Who may not write that has TimescaleDB make the chunk.
        let other = try TargetWriting(Self.chunk, in: Self.table())
        #expect(!other.hasStage && !other.createChunk.text.contains("::pg_catalog.regclass)"))
    }

    @Test func theUsersTriggersDoNotFireForWhatIsCopiedBack() {
        let migration = Migration(
            cluster: "c1", sourceID: 3, source: TableName(schema: "public", name: "m"),
            target: TableName(schema: "public", name: "m__new"))
        let chunk = WrittenChunk(row: [
            "schema": "s", "name": "c", "row_count": "5", "range_start": "10", "range_end": "20",
        ])
        let dropped = WrittenChunk(row: ["row_count": "5", "range_start": "30", "range_end": "40"])
        func quietly(_ row: [String: String?]) -> [String] {
            OldTable(migration, row: row).quietly(
                ["INSERT"], writing: [chunk, dropped], on: ["dn1", "dn2"], Servers.version20
            ).map(\.inlined)
        }
        #expect(quietly(["has_triggers": "f", "has_aggregates": "f"]) == ["INSERT"])
        let told = quietly(["has_triggers": "t", "has_aggregates": "t"])
        #expect(told.count == 6 && told[0] == "SET LOCAL session_replication_role = replica", "\(told)")
        #expect(told[1].contains("distributed_exec") && told[1].contains("dn2") && told[2] == "INSERT", "\(told)")
        // The trigger that notes it does not fire either.
        #expect(told[3].contains("invalidation_hyper_log_add_entry(3, 10, 19)"), "\(told)")
        #expect(told[5] == "SET LOCAL session_replication_role TO DEFAULT", "\(told)")
        // TimescaleDB's own notes would be of all that is between two chunks.
        #expect(quietly(["has_triggers": "f", "has_aggregates": "t"]) == told)
    }

    @Test func compressedRowsAreLookedAtWhereTheyAre() {
        let pair = (Self.record(["is_compressed": "t"]), Self.facts(Self.compressed))
        #expect(
            ChangeQuery.query([pair]).text.contains(#"FROM ONLY "_timescaledb_internal"."compress_hyper_3_8_chunk""#))
    }

    @Test(arguments: [("t", false), ("f", true)])
    func aChunkThatIsCompressedSinceHasChanged(_ was: String, _ isNow: Bool) {
        let pair = (Self.record(["is_compressed": was]), Self.facts(isNow ? Self.compressed : [:]))
        #expect(
            ChangeQuery.query([pair]).text == "SELECT 7 AS id, true AS changed, false AS replaced, false AS restarted")
    }

    @Test func thoseThatHaveChangedAreNamed() {
        var answer = ChangeQuery.Answer()
        answer.add([
            ["id": "3", "changed": "t", "restarted": "t"], ["id": "4", "changed": "f", "restarted": "f"],
            ["id": "5", "changed": "f", "restarted": "t"], ["id": "6", "changed": "f", "replaced": "t"],
        ])
        #expect(answer.changed == [3] && answer.restarted == [5] && answer.replaced == [6])
        #expect(answer.untold == [5, 6])
    }

    /// It may be an older state of the node, which has gone on to where it was when the chunk was read.
    @Test func aServerThatWasStartedSinceTellsNothingByItsTransactions() {
        func restarted(_ started: String?) -> String {
            let query = ChangeQuery.query([(Self.record(["node_started": started]), Self.facts())]).text
            return String((query.split(separator: "\n").last ?? "").drop { $0 == " " })
        }
        #expect(
            restarted("1700000000000001")
                == "(extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint <> 1700000000000001 AS restarted"
        )
        // An earlier tscl has copied it.
        #expect(restarted(nil) == "true AS restarted")
    }

    /// Others may have other rows, by a fault of TimescaleDB's.
    @Test func theCopyIsTakenThatTheAccessNodeReads() {
        func order(_ read: String?, _ available: Set<String>, _ load: [String: Int] = [:]) -> [String] {
            SourceChunk(row: ["id": "7", "nodes": "{dn1,dn2,dn3}", "read": read]).order(among: available, load: load)
        }
        let all: Set = ["dn1", "dn2", "dn3"]
        #expect(order("dn2", all, ["dn2": 9, "dn1": 1]) == ["dn2", "dn3", "dn1"])
        #expect(order("dn2", ["dn1", "dn3"], ["dn1": 1]) == ["dn3", "dn1"])
        #expect(order(nil, all, ["dn1": 1]) == ["dn2", "dn3", "dn1"])
    }

    // MARK: What was not compared

    /// A batch is many rows: each has their number with it.
    @Test func theRowsOfACompressedChunkAreCountedWithoutDecompressingThem() {
        var compressed = Self.compressed
        compressed["compressed_columns"] = "{b,_ts_meta_count}"
        let text = SourceReading.count(Self.facts(compressed)).text
        #expect(
            text.contains(
                #"sum("_ts_meta_count"), 0)::bigint FROM ONLY "_timescaledb_internal"."compress_hyper_3_8_chunk""#))
        // Those that are not compressed.
        #expect(text.contains(#"count(*) FROM ONLY "_timescaledb_internal"."_dist_hyper_2_7_chunk""#))
        let other = SourceReading.count(Self.facts(Self.compressed)).text
        #expect(other == #"SELECT pg_catalog.count(*) AS rows FROM "_timescaledb_internal"."_dist_hyper_2_7_chunk""#)
    }

    @Test(arguments: [("5", "17", false), ("5", nil, true), ("0", nil, false)])
    func rowsWithoutASumWereNotCompared(_ rows: String, _ sum: String?, _ isUncompared: Bool) {
        let record = Self.record(["row_count": rows, "checksum": sum])
        #expect(record.isUncompared == isUncompared)
        #expect(!Self.record(["row_count": rows, "checksum": sum, "state": "failed"]).isUncompared)
    }

    @Test func whatIsFoundToBeTheSameCountsAsCompared() {
        let snapshot = SourceSnapshot(of: "dn1", row: ["xmin": "9", "uuid": "u1"])
        let record = Self.record(["target_xid": "800"])
        let text = record.seen(ofCluster: "c1", on: snapshot, RowDigest(rows: 5, hash: "17"), by: "values 2").shown
        #expect(text.contains("row_count = 5, checksum = '17'::numeric, checksum_by = 'values 2'::text"), "\(text)")
        // Not of what another one has copied meanwhile.
        #expect(text.contains("target_xid IS NOT DISTINCT FROM '800'::bigint"), "\(text)")
    }

    /// An undo has put the rows of the new table where they belong.
    @Test func whatWentBackIsCopiedAnew() {
        let migration = Migration(
            cluster: "c1", sourceID: 2, source: TableName(schema: "public", name: "m"),
            target: TableName(schema: "public", name: "m__new"))
        let chunk = WrittenChunk(row: ["schema": "i", "name": "t7", "old_schema": "i", "old_name": "c7"])
        let text = WrittenChunk.recordWritten([chunk], of: migration).shown
        #expect(text.contains("SET state = 'to do', row_count = NULL") && text.contains("c7"), "\(text)")
    }

    /// Their values are in no row, and the new chunk would not have them.
    @Test func compressedRowsThatLackValuesAreReadAndCompressedAnew() throws {
        let target = try Self.table([
            "compressed_schema": "_timescaledb_internal", "compressed_name": "_compressed_hypertable_10",
            "compressed_columns": "{a,b}",
        ])
        let writing = TargetWriting(Self.chunk, in: target)
        let lacking = Self.compressed.merging(["has_missing_values": "t"]) { $1 }
        #expect(writing.takesCompressedRows(of: Self.facts(Self.compressed)))
        #expect(!writing.takesCompressedRows(of: Self.facts(lacking)))
        // An earlier tscl has carried them.
        let record = Self.record(["is_compressed": "t", "is_carried": "t"])
        #expect(
            ChangeQuery.query([(record, Self.facts(lacking))]).text
                == "SELECT 7 AS id, true AS changed, false AS replaced, false AS restarted")
    }

    // MARK: Sums

    @Test func valuesCountByTheirHashOrTheirText() throws {
        let name = TableName(schema: "s", name: "c")
        let text = try RowHash(Self.table().columns, servers: [150_000, 140_000]).digest(of: name).text
        #expect(text.contains(#"pg_catalog.hashtextextended(x."odd col" COLLATE pg_catalog."C", 2)"#))
        #expect(text.contains(#"pg_catalog.hashtextextended((x."v")::text COLLATE pg_catalog."C", 3)"#))
        #expect(text.contains(#"pg_catalog.hashint4extended(x."twice", 4)"#))
        // What may be missing goes into what may not.
        let time = #"pg_catalog.timestamp_hash_extended(pg_catalog.timezone(INTERVAL '0', x."time"), COALESCE("#
        #expect(text.contains(time))
        let old = try RowHash(Self.table().columns, servers: [150_000, 130_000]).digest(of: name).text
        #expect(old.contains("hashtextextended(ROW("))
    }

    /// What is changed here needs another name: sums that are on record were made by the earlier one.
    @Test func theFormulaOfASumHasAName() throws {
        let table = TableName(schema: "s", name: "c")
        let columns = try Self.table().columns.filter { ["odd col", "v"].contains($0.name) }
        let (values, text) = (RowHash(columns, servers: [150_000]), RowHash(columns, servers: [130_000]))
        #expect(values.formula == "values 2" && text.formula == "text 1")
        #expect(
            values.digest(of: table).text.contains(
                """
                pg_catalog.sum(pg_catalog.hashint8extended(0, \
                COALESCE(pg_catalog.hashtextextended(x."odd col" COLLATE pg_catalog."C", 1), \
                pg_catalog.hashint8extended(0, -1)) OPERATOR(pg_catalog.#) \
                COALESCE(pg_catalog.hashtextextended((x."v")::text COLLATE pg_catalog."C", 2), \
                pg_catalog.hashint8extended(0, -2)))) AS hash
                """), "\(values.digest(of: table).text)")
        #expect(
            text.digest(of: table).text.contains(
                #"pg_catalog.sum(pg_catalog.hashtextextended(ROW(x."odd col", x."v")::text, 0)) AS hash"#))
    }

    /// A data node keeps the numbers of the access node's objects, and calls others so.
    @Test func numbersOfObjectsCountAsNumbers() {
        let name = TableName(schema: "s", name: "c")
        let columns = [("r", "regclass"), ("a", "regproc[]")].map { TargetTable.Column(name: $0.0, type: $0.1) }
        let hash = RowHash(columns, servers: [150_000])
        let text = hash.digest(of: name).text
        #expect(
            text.contains(#"hashtextextended(((x."r")::pg_catalog.oid)::text COLLATE pg_catalog."C", 1)"#), "\(text)")
        #expect(
            text.contains(#"hashtextextended(((x."a")::pg_catalog.oid[])::text COLLATE pg_catalog."C", 2)"#), "\(text)")
        // Sums of their texts are on record.
        #expect(hash.formula == "values 3")
        let old = RowHash(columns, servers: [130_000])
        #expect(old.formula == "text 2")
        #expect(old.digest(of: name).text.contains(#"ROW((x."r")::pg_catalog.oid, (x."a")::pg_catalog.oid[])::text"#))
    }

    @Test func rowsOutsideOfTheSlicesAreCounted() throws {
        let hash = try RowHash(Self.table().columns, servers: [150_000])
        let text = hash.digest(of: TableName(schema: "s", name: "c"), within: ["a < 1", "b > 2"], countsOnly: true).text
        #expect(text.contains("FILTER (WHERE NOT ((a < 1) AND (b > 2))) AS outside"))
        #expect(!text.contains("extended("))
    }

    // MARK: Writing

    @Test func generatedColumnsAreNotCopied() throws {
        let writing = try TargetWriting(Self.chunk, in: Self.table())
        #expect(
            writing.copy(into: writing.stage, as: Self.binary).text
                == #"COPY "_timescaledb_internal"."_tscl_9_7_chunk" ("time", "odd col", "v") FROM STDIN (FORMAT binary, FREEZE)"#
        )
        #expect(writing.createStage.last?.text.hasSuffix(#"OWNER TO "app""#) == true)
    }

    @Test func ofACompressedChunkAQueryReadsTheRows() {
        let name = TableName(schema: "s", name: "c")
        let own = SourceReading.copy(name, ["a", "b"], isOnly: true, as: Self.binary)
        #expect(own.text == #"COPY "s"."c" ("a", "b") TO STDOUT (FORMAT binary)"#)
        let all = SourceReading.copy(name, ["a", "b"], isOnly: false, as: CopyForm(isBinary: false, encoding: "UTF8"))
        #expect(all.text == #"COPY (SELECT "a", "b" FROM "s"."c") TO STDOUT (FORMAT text)"#)
    }

    @Test func rowsGoAsTextWhereAValueHasNoBinaryForm() throws {
        #expect(try Self.table().takesBinary(fromServer: 150_000))
        #expect(try !Self.table().takesBinary(fromServer: 130_000))
        #expect(try !Self.table(["sendable": "{time}"]).takesBinary(fromServer: 150_000))
    }

    @Test func compressedRowsAreTakenOverWhereTheTargetWouldHaveTheSame() throws {
        let enabled: [String: String?] = [
            "compressed_schema": "_timescaledb_internal", "compressed_name": "_compressed_hypertable_10",
            "compressed_columns": "{a,b}",
        ]
        func takes(_ changes: [String: String?], _ facts: SourceFacts) throws -> Bool {
            try TargetWriting(Self.chunk, in: Self.table(enabled.merging(changes) { $1 })).takesCompressedRows(
                of: facts)
        }
        #expect(try takes([:], Self.facts(Self.compressed)))
        #expect(try !takes([:], Self.facts()))
        // Compressed by other settings than the table's.
        #expect(try !takes(["compressed_columns": "{a,c}"], Self.facts(Self.compressed)))
        // From 2.14 on each chunk has columns of its own, from 2.15 on in another form.
        #expect(try takes(["extension_version": "2.14.2", "compressed_columns": nil], Self.facts(Self.compressed)))
        #expect(try !takes(["extension_version": "2.15.0"], Self.facts(Self.compressed)))
    }

    @Test func aTableOfCompressedRowsIsAChildOfItsParentUpTo213() throws {
        let enabled: [String: String?] = [
            "compressed_schema": "_timescaledb_internal", "compressed_name": "_compressed_hypertable_10",
            "compressed_columns": "{a,b}",
        ]
        let old = try TargetWriting(Self.chunk, in: Self.table(enabled)).createCompressedStage(
            Self.facts(Self.compressed))
        #expect(old.contains { $0.text.contains("INHERIT") })
        let new = try TargetWriting(Self.chunk, in: Self.table(enabled.merging(["extension_version": "2.14.2"]) { $1 }))
            .createCompressedStage(Self.facts(Self.compressed))
        #expect(!new.contains { $0.text.contains("INHERIT") })
        #expect(new.contains { $0.text.contains(#"("b" text, "a" int4)"#) })
    }

    @Test func theUsersTriggersDoNotFireAgain() throws {
        let statements: [SQL] = ["SELECT 1"]
        #expect(try TargetWriting(Self.chunk, in: Self.table()).withoutTriggers(statements) == statements)
        let guarded = try TargetWriting(Self.chunk, in: Self.table(["has_triggers": "t"])).withoutTriggers(statements)
        #expect(guarded.map(\.text).first == "SET LOCAL session_replication_role = replica" && guarded.count == 3)
    }

    /// What comes without triggers comes without a look at its keys, unless these are made when it is there, or it is looked for.
    @Test func keysAreLookedAtWhereNoTriggerFires() throws {
        for (triggers, keys) in [("t", "t"), ("t", "f"), ("f", "t")] {
            let table = try Self.table(["has_triggers": triggers, "has_foreign_keys": keys])
            let writing = TargetWriting(Self.chunk, in: table)
            #expect(writing.mayRefill != (triggers == "t" && keys == "t"))
            // A compressed chunk has no keys of its own.
            let last = writing.insertingBesides.last?.text ?? ""
            #expect(last.contains("violates foreign key constraint") == (keys == "t"), "\(last)")
            #expect(keys == "f" || last.contains(#"ONLY "_timescaledb_internal"."_tscl_9_7_chunk""#), "\(last)")
        }
    }

    @Test func tablesAreLockedBeforeTheSnapshotIsThere() {
        let statements = SourceReading.begin(Self.facts(Self.compressed)).map(\.text)
        #expect(statements.first == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        #expect(
            statements.last
                == #"LOCK TABLE "_timescaledb_internal"."_dist_hyper_2_7_chunk", "_timescaledb_internal"."compress_hyper_3_8_chunk" IN ACCESS SHARE MODE"#
        )
        #expect(!statements.contains { $0.hasPrefix("SELECT") })
    }

    @Test func namesHaveRoomForTheirMark() {
        let long = String(repeating: "é", count: 31)
        #expect(MigrationNames.new("m") == "m__new" && MigrationNames.old("m") == "m__old")
        #expect(MigrationNames.new(long).utf8.count <= 63 && MigrationNames.new(long).hasSuffix("__new"))
    }
}
