import CannedServers
import MultiNode
import Shell
import Testing

/// What `migrate ready`, `undo` and `finish` make of answers.
@Suite struct MigrateEndTests {
    private let canned = CannedCluster()
    private static let metrics = TableName(schema: "public", name: "metrics")
    private static let migration = Migration(
        cluster: "c1", sourceID: 1, source: metrics, target: TableName(schema: "public", name: "metrics__new"),
        state: .cutOver)

    private static func migration(_ state: Migration.State) -> Migration {
        Migration(cluster: "c1", sourceID: 1, source: metrics, target: migration.target, state: state)
    }

    private func answer(_ statement: SQL, _ reply: Reply) {
        canned[CannedCluster.accessNode].answer(statement, reply)
    }

    private static func row(state: String) -> [String: String?] {
        [
            "cluster": "c1", "source_id": "1", "source_schema": "public", "source_name": "metrics",
            "target_schema": "public", "target_name": "metrics__new", "state": state, "accepted": "{}",
            "undo": "{}", "cut_over_xmin": "700",
        ]
    }

    /// A migration in place.
    private func begin(_ state: String = "cut over", isVerified: String = "f") {
        answer(MigrationStore.state, .rows([["has_target": "f", "has_tables": "t"]]))
        answer(Migration.list(ofCluster: "c1"), .rows([Self.row(state: state)]))
        answer(
            Self.migration.standing, .rows([["state": state, "pause_ms": "1", "is_verified": isVerified]]))
        answer(MigrationClaim.take(Self.migration), .value("t"))
        answer(MigrationClaim.release(Self.migration), .value("t"))
        answer(MigrationClaim.takeEnding, .value("t"))
        answer(MigrationClaim.releaseEnding, .value("t"))
        answer(Self.migration.nameNow, .rows([["schema": "public", "name": "metrics__old"]]))
        // What was copied is as it was.
        answer(MigratedChunk.list(of: [1], ofCluster: "c1"), .rows([]))
        answer(SourceChunk.list(of: [1], CannedCluster.capabilities), .rows([]))
    }

    private func facts(_ row: [String: String?]) {
        answer(UpdateFacts.query, .rows([row]))
        answer(UpdateFacts.leads(from: "2.13.1", to: "2.14.2"), .value("t"))
        answer(UpdateFacts.loaderIsNewer, .value("f"))
        answer(IndependentChunks.query, .rows([]))
        answer(DisorderedChunks.candidates, .rows([]))
    }

    /// Killed behind its end, or typed twice, it is done; a slip is a slip.
    @Test(arguments: ["undo", "finish"]) func whatIsDoneIsDoneTheSecondTime(verb: String) async throws {
        answer(MigrationStore.state, .rows([["has_target": "f", "has_tables": "f"]]))
        answer(PlainHypertable.everyName, .rows([["schema": "public", "name": "metrics"]]))
        let options = verb == "finish" ? "--drop-old --yes" : "--yes"
        for tables in ["all", "metrics"] {
            let done = try await ShellTrial(canned).run("migrate \(verb) \(tables) \(options)")
            #expect(done.status == .done && done.data.contains("no migration is left"), "\(done)")
            if verb == "finish" { #expect(done.data.contains("migrate ready"), "\(done)") }
        }
        let slip = try await ShellTrial(canned).run("migrate \(verb) metrisc \(options)")
        #expect(slip.status != .done && slip.messages.contains("no migration of metrisc"), "\(slip)")
    }

    /// Also where multi-node is over: the releases behind it are told all the same.
    @Test func aLaterServerIsToldItsNextRelease() async throws {
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["functions"] = "{}"
        row["version"] = "2.14.2"
        answer(Capabilities.query, .rows([row]))
        answer(UpdateFacts.installedVersions, .rows([["version": "2.14.2"], ["version": "2.28.3"]]))
        answer(UpdateFacts.leads(from: "2.14.2", to: "2.28.3"), .value("t"))
        answer(UpdateFacts.loaderIsNewer, .value("f"))
        answer(IndependentChunks.query, .rows([]))
        answer(DisorderedChunks.candidates, .rows([]))
        let answer = try await ShellTrial(canned).run("migrate ready --for 2.28")
        #expect(answer.status == .done && answer.data.contains("UPDATE TO '2.28.3'"), "\(answer)")
    }

    @Test func readyTellsWhatTheUpdateWouldRefuse() async throws {
        begin()
        facts([
            "distributed_schemas": "{public}", "distributed_names": "{metrics__old}", "nodes": "{dn1,dn2,dn3}",
            "has_identity": "t", "installed": "{2.13.1,2.14.2}",
        ])
        let answer = try await ShellTrial(canned).run("migrate ready")
        #expect(answer.status == .notHealthy)
        #expect(answer.data.contains("help: migrate finish metrics --drop-old\n"))
        #expect(answer.data.contains("help: node delete dn1 dn2 dn3\n") && !answer.data.contains("psql"))
    }

    @Test func readyTellsTheLineToType() async throws {
        answer(MigrationStore.state, .rows([["has_target": "f", "has_tables": "f"]]))
        facts(["nodes": "{}", "has_identity": "f", "installed": "{2.13.1,2.14.2}"])
        let answer = try await ShellTrial(canned).run("migrate ready")
        #expect(answer.status == .done)
        #expect(
            answer.data.contains(
                "psql -X -h an1 -p 5432 -U postgres -d dist -c \"ALTER EXTENSION timescaledb UPDATE TO '2.14.2'\""))
    }

    @Test func aServerWithoutTheFilesIsNotReady() async throws {
        answer(MigrationStore.state, .rows([["has_target": "f", "has_tables": "f"]]))
        facts(["nodes": "{}", "has_identity": "f", "installed": "{2.13.1}"])
        let answer = try await ShellTrial(canned).run("migrate ready --format csv")
        #expect(answer.status == .notHealthy && answer.data.contains("timescaledb-2-postgresql-15"))
    }

    @Test(arguments: ["cutover metrics --yes", "undo metrics --yes", "finish metrics --drop-old --yes"])
    func anotherSessionThatIsAtItIsLeftToIt(_ command: String) async throws {
        begin()
        answer(MigrationClaim.take(Self.migration), .value("f"))
        let answer = try await ShellTrial(canned).run("migrate \(command)")
        #expect(answer.status == .failed && answer.messages.contains("another session cuts metrics over"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("BEGIN") || $0.hasPrefix("DROP") })
    }

    @Test func whatAStrangerHasWrittenIsNotTrusted() async throws {
        answer(MigrationStore.state, .rows([["has_target": "t", "has_tables": "f", "stranger": "bob"]]))
        let answer = try await ShellTrial(canned).run("migrate status")
        #expect(answer.status == .failed && answer.messages.contains("belongs to bob"))
    }

    @Test func nothingIsDroppedWithoutAVerifyBehindTheCutOver() async throws {
        begin()
        let answer = try await ShellTrial(canned).run("migrate finish metrics --drop-old --yes")
        #expect(answer.status == .failed && answer.messages.contains("migrate verify metrics"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    @Test func nothingIsDroppedBeforeTheCutOver() async throws {
        begin("copying", isVerified: "t")
        let answer = try await ShellTrial(canned).run("migrate finish all --drop-old --yes")
        #expect(answer.status == .failed && answer.messages.contains("migrate cutover metrics"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    /// Of all, those that are so far; who names a table means that one.
    @Test func ofAllThoseThatAreCutOverAreFinished() async throws {
        begin(isVerified: "t")
        var other = Self.row(state: "copying")
        (other["source_id"], other["source_name"], other["target_name"]) = ("2", "events", "events__new")
        answer(Migration.list(ofCluster: "c1"), .rows([Self.row(state: "cut over"), other]))
        let events = Migration(row: other)
        answer(MigrationClaim.take(events), .value("t"))
        answer(MigrationClaim.release(events), .value("t"))
        let answer = try await ShellTrial(canned).run("migrate finish all --yes")
        #expect(answer.status == .unconfirmed, "\(answer)")
        #expect(answer.messages.contains("'migrate finish metrics --drop-old'"))
        let named = try await ShellTrial(canned).run("migrate finish metrics events --drop-old --yes")
        #expect(named.status == .failed && named.messages.contains("migrate cutover events"), "\(named)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    @Test func thoseThatStayAreToldAlsoWhereALaterOneFails() async throws {
        begin(isVerified: "t")
        var other = Self.row(state: "cut over")
        (other["source_id"], other["source_name"], other["target_name"]) = ("2", "events", "events__new")
        answer(Migration.list(ofCluster: "c1"), .rows([Self.row(state: "cut over"), other]))
        let events = Migration(row: other)
        answer(events.standing, .rows([["state": "cut over", "pause_ms": "1", "is_verified": "t"]]))
        answer(MigrationClaim.take(events), .value("t"))
        answer(MigrationClaim.release(events), .value("t"))
        answer(Self.migration.nameNow, .rows([["schema": "public", "name": "renamed"]]))
        canned[CannedCluster.accessNode].answer(
            events.nameNow, .rows([["schema": "public", "name": "events__old"]]), .lost)
        let answer = try await ShellTrial(canned).run("migrate finish all --drop-old --yes")
        let told = answer.data + answer.messages
        #expect(told.contains("metrics__old stays: the old table of metrics is called"), "\(answer)")
        #expect(told.contains("migrate finish metrics events --drop-old"), "\(answer)")
    }

    /// An older tscl that copies has it in use as long as a chunk takes, and all others would wait behind.
    @Test func theStoreOfAnOlderProgramIsNotWaitedForWithoutEnd() async throws {
        begin("copying")
        answer(Self.migration(.copying).unverified, .rows([["phase": "copying"]]))
        answer(MigrationStore.isOlder, .value("t"))
        for statement in ["BEGIN", ChunkCopySQL.lockTimeout(.seconds(3)), MigrationStore.renewal[0]] as [SQL] {
            answer(statement, .done("SET"))
        }
        answer(MigrationStore.renewal[1], .refused("canceling statement due to lock timeout", sqlstate: "55P03"))
        let answer = try await ShellTrial(canned).run("migrate verify")
        #expect(answer.status == .failed && answer.messages.contains("is of an older tscl"), "\(answer)")
        #expect(canned.toAccessNode.count { $0 == MigrationStore.renewal[1].text } == 3)
    }

    /// What was compared before a cut-over is not what counts behind it.
    @Test func aVerifyThatACutOverOvertakesCountsForNothing() async throws {
        begin("copying")
        let migration = Self.migration(.copying)
        answer(migration.unverified, .rows([["phase": "copying"]]))
        answer(MigrationStore.isOlder, .value("f"))
        answer(MigratedChunk.list(of: [1], ofCluster: "c1"), .rows([]))
        answer(SourceChunk.list(of: [1], CannedCluster.capabilities), .rows([]))
        answer(StrayChunk.list(of: migration), .rows([]))
        answer(migration.newTable(as: migration.target), .rows([["is_there": "t", "is_made": "t"]]))
        answer(TargetTable.query(of: migration.target), .rows([["id": "9", "owner": "app", "columns": "{t}"]]))
        answer(RowShape.list(of: [1]), .rows([["schema": "public", "name": "metrics", "columns": "{t}"]]))
        answer(migration.verified(in: "copying"), .rows([]))
        let answer = try await ShellTrial(canned).run("migrate verify")
        #expect(answer.status == .partial && answer.messages.contains("counts as not verified"), "\(answer)")
    }

    /// It is gone, and somebody has given its name to another one.
    @Test func anotherTableOfTheNameIsNoCopy() async throws {
        begin("copying")
        let migration = Self.migration(.copying)
        answer(MigrationStore.isOlder, .value("f"))
        answer(migration.unverified, .rows([["phase": "copying"]]))
        answer(MigratedChunk.list(of: [1], ofCluster: "c1"), .rows([]))
        answer(SourceChunk.list(of: [1], CannedCluster.capabilities), .rows([]))
        answer(StrayChunk.list(of: migration), .rows([]))
        for (row, told) in [
            (["is_there": "t", "is_made": "f"], "is not the table that the migration of metrics has made"),
            (["is_there": "t", "is_made": "f", "schema_now": "public", "name_now": "mine"], "is called mine by now"),
            (["is_there": "f", "is_made": "f"], "the new table metrics__new is not there"),
        ] as [([String: String?], String)] {
            answer(migration.newTable(as: migration.target), .rows([row]))
            let answer = try await ShellTrial(canned).run("migrate verify")
            #expect(answer.status == .failed && answer.messages.contains(told), "\(answer)")
        }
    }

    /// An earlier run was stopped behind the last table.
    @Test(arguments: ["migrate undo all", "migrate finish all --drop-old"])
    func theSchemaOfNoMigrationIsDropped(command: String) async throws {
        begin()
        answer(Migration.list(ofCluster: "c1"), .rows([]))
        answer(MigrationEnd.isEmpty, .value("t"))
        for statement in MigrationEnd.dropStore(isInPlace: true) { self.answer(statement, .none) }
        let dry = try await ShellTrial(canned).run("\(command) --dry-run")
        #expect(dry.status == .failed && dry.messages.contains("no migration has begun"), "\(dry)")
        let answer = try await ShellTrial(canned).run("\(command) --yes")
        #expect(answer.status == .done, "\(answer)")
        #expect(canned.toAccessNode.contains("DROP SCHEMA tscl_migrate"))
        self.answer(MigrationEnd.isEmpty, .value("f"))
        #expect(try await ShellTrial(canned).run("\(command) --yes").status == .failed)
    }

    /// Another session has made it anew since it was looked at, and is about to begin a migration.
    @Test func theWayToAnotherServerIsNotForgottenWhereItIsTakenAnew() async throws {
        func state(_ hasTables: String) -> Reply {
            .rows([["has_target": "f", "has_tables": hasTables, "has_promotion": "f"]])
        }
        answer(MigrationStore.state, .rows([["has_target": "t", "has_tables": "f", "has_promotion": "f"]]))
        answer(MigrationStore.readTarget, .value("host=out"))
        answer(MigrationClaim.takeEnding, .value("t"))
        for statement in [MigrationEnd.holdTarget] + MigrationEnd.dropTarget { self.answer(statement, .none) }
        for statement in ["BEGIN", "ROLLBACK", "COMMIT"] as [SQL] { self.answer(statement, .none) }
        canned["out"].answer(MigrationStore.state, state("f"), state("f"), state("t"))
        let answer = try await ShellTrial(canned).run("migrate undo all --yes")
        #expect(answer.status == .failed && answer.messages.contains("no migration has begun"), "\(answer)")
        #expect(canned.toAccessNode.contains(MigrationEnd.holdTarget.text))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })

        // What was cut over to a server that has lost its record is not forgotten either.
        canned["out"].answer(MigrationStore.state, state("f"))
        self.answer(SwapGuard.oldTables, .rows([["schema": "public", "name": "m__old"]]))
        let left = try await ShellTrial(canned).run("migrate undo all --lose-new-rows --yes")
        #expect(left.status == .failed && left.messages.contains("m__old was cut over to it"), "\(left)")
        #expect(left.messages.contains("'migrate undo all --without-target --lose-new-rows'"), "\(left)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
        self.answer(SwapGuard.oldTables, .none)

        canned["out"].answer(MigrationStore.state, state("f"))
        let next = try await ShellTrial(canned).run("migrate undo all --yes")
        #expect(next.status == .done && canned.toAccessNode.contains("DROP SCHEMA tscl_migrate"), "\(next)")
    }

    /// Its COMMIT may wait for a data node, and goes on without whoever has sent it.
    @Test func whoWaitsAtTheCommitOfARenamingIsWaitedFor() async throws {
        begin("copying")
        answer(Self.migration.nameNow, .rows([["schema": "public", "name": "metrics"]]))
        for statement in CutoverHold.behindRenaming(of: Self.metrics, waiting: .seconds(5)) {
            self.answer(statement, .refused("canceling statement due to lock timeout", sqlstate: "55P03"))
        }
        answer(CutoverHold.isEnding(of: Self.metrics), .value("t"))
        let answer = try await ShellTrial(canned).run("migrate undo metrics --yes")
        #expect(answer.status == .failed && answer.messages.contains("killed at its COMMIT"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    /// It would go under `migrate start`, which has not recorded its table yet.
    @Test func theSchemaStaysWhileAnotherSessionBegins() async throws {
        begin()
        answer(Migration.list(ofCluster: "c1"), .rows([]))
        answer(MigrationClaim.takeEnding, .value("f"))
        let answer = try await ShellTrial(canned).run("migrate undo all --yes")
        #expect(answer.status == .failed && answer.messages.contains("another session begins migrations"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    /// Killed behind its COMMIT it is run again.
    @Test(arguments: ["--copy-back", "--lose-new-rows"])
    func whatTakesBackACutOverDropsNoCopy(option: String) async throws {
        begin("copying")
        answer(Self.migration.nameNow, .rows([["schema": "public", "name": "metrics"]]))
        for statement in CutoverHold.behindRenaming(of: Self.metrics, waiting: .seconds(5)) {
            self.answer(statement, .none)
        }
        answer(MigrationEnd.isEmpty, .value("f"))
        // Nobody has put anything into the copy.
        let copying = Self.migration(.copying)
        answer(copying.newTable(as: copying.target), .rows([["is_there": "t", "is_made": "t"]]))
        for statement in [
            "BEGIN READ ONLY", SourceReading.settings, SourceReading.path, AllRows.ofTransaction, "ROLLBACK",
        ] as [SQL] {
            self.answer(statement, .done("SELECT 1"))
        }
        answer(MigratedChunk.list(of: [1], ofCluster: "c1"), .rows([]))
        answer(StrayChunk.list(of: copying), .rows([]))
        let answer = try await ShellTrial(canned).run("migrate undo metrics \(option) --yes")
        #expect(
            answer.status == .done && answer.data.contains("'migrate undo metrics' drops the copy"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
        let preview = try await ShellTrial(canned).run("migrate undo metrics \(option) --dry-run")
        #expect(preview.status == .done && !preview.data.contains("DROP"), "\(preview)")
    }

    @Test func yesIsNotEnoughToDropTheOldTable() async throws {
        begin(isVerified: "t")
        let answer = try await ShellTrial(canned).run("migrate finish metrics --yes")
        #expect(answer.status == .unconfirmed)
        #expect(answer.messages.contains("'migrate finish metrics --drop-old'"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    @Test func aPreviewOfItEndsAsTheRun() async throws {
        begin(isVerified: "t")
        answer(Self.migration.nameNow, .none)
        let shown = try await ShellTrial(canned).run("migrate finish metrics --dry-run")
        #expect(shown.status == .unconfirmed, "\(shown)")
        #expect(shown.messages.contains("'migrate finish metrics --drop-old'"), "\(shown)")
        #expect(try await ShellTrial(canned).run("migrate finish metrics --drop-old --dry-run").status == .done)
    }

    /// A chunk in which a row was written since.
    private func write() {
        begin()
        answer(Self.migration.newTable(as: Self.metrics), .rows([["is_there": "t", "is_made": "t"]]))
        for table in [Self.metrics, Self.migration.aside] {
            answer(WrittenChunk.columns(of: table), .rows([["name": "time", "is_stored": "t"]]))
        }
        let chunk: [String: String?] = [
            "schema": "_timescaledb_internal", "name": "_hyper_2_1_chunk", "row_count": "10", "range": "true",
        ]
        answer(WrittenChunk.list(of: Self.migration), .rows([chunk]))
        answer(OldChunk.list(of: Self.migration), .rows([]))
        answer(AggregateBuckets.list(over: Self.migration.aside), .rows([]))
        let written = WrittenChunk(row: chunk)
        if let question = written.mayDiffer(since: 700) { answer(question, .rows([["may_differ": "t"]])) }
        answer(
            written.comparison(of: Self.migration.source, with: Self.migration.aside, ["time"]),
            .rows([["rows": "11", "old_rows": "10", "differs": "t"]]))
    }

    /// A whole chunk goes back, whatever little was written to it.
    @Test func copyingBackThatTakesTooLongIsRefusedBeforeTheLock() async throws {
        write()
        let answer = try await ShellTrial(canned).run("migrate undo metrics --copy-back --max-pause 100ms --yes")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("to copy back 1 chunk with 11 rows, those that write wait about"), "\(answer)")
        #expect(answer.messages.contains("longer than --max-pause allows (0.1 s)"), "\(answer)")
        #expect(answer.messages.contains("--copy-back --max-pause 10s'"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("LOCK") || $0.hasPrefix("BEGIN") })
    }

    /// The access node's session on a node waits in a transaction for the others.
    @Test(arguments: [("300ms", true), ("1h", false)])
    func whatMayEndItsSessionsIsToldBefore(_ limit: String, _ isTold: Bool) async throws {
        write()
        let row: [String: String?] = [
            "name": "idle_in_transaction_session_timeout", "value": limit, "role": "postgres", "of_server": "f",
        ]
        canned["dn1"].answer(SessionLimit.query(role: "postgres"), .rows([row]))
        let answer = try await ShellTrial(canned).run("migrate undo metrics --copy-back --yes")
        let note = "note: dn1: idle_in_transaction_session_timeout = \(limit), set for the role postgres"
        #expect(answer.messages.contains("note: metrics: to copy back 1 chunk"), "\(answer)")
        #expect(answer.messages.contains(note) == isTold, "\(answer)")
    }

    /// The run ends so, too.
    @Test func aDryRunOfWhatIsRefusedIsRefused() async throws {
        write()
        let undo = "migrate undo metrics --copy-back --max-pause 100ms --dry-run"
        let answer = try await ShellTrial(canned).run(undo)
        #expect(answer.status == .failed && answer.data.contains("-- metrics: to copy back 1 chunk"), "\(answer)")
        #expect(answer.messages.contains("longer than --max-pause allows (0.1 s)"), "\(answer)")
        #expect(!answer.data.contains("BEGIN"), "\(answer)")
        let json = try await ShellTrial(canned).run(undo + " --format json")
        #expect(json.data.contains(#""ok":false"#) && json.data.contains(#""failures":["#), "\(json)")
        #expect(json.data.contains(#""notes":["metrics: to copy back"#), "\(json)")
    }

    private static func aggregate(_ name: String, rows: String) -> [String: String?] {
        [
            "schema": "public", "name": name, "id": "7", "rows_schema": "s", "rows_name": rows, "columns": "{b,n}",
            "time_column": "b", "time_type": "bigint", "raw_time": "t", "width": "10", "least_width": "10",
        ]
    }

    /// Of times whose raw rows are gone: no chunk tells of them.
    @Test func whatAnAggregateAloneHasIsNotLostUnasked() async throws {
        write()
        answer(WrittenChunk.list(of: Self.migration), .rows([]))
        let (new, old) = (Self.aggregate("by", rows: "m4"), Self.aggregate("by__old", rows: "m2"))
        answer(AggregateBuckets.list(over: Self.migration.aside), .rows([old]))
        answer(AggregateBuckets.list(over: Self.metrics), .rows([new]))
        let (there, here) = (AggregateBuckets(row: new), AggregateBuckets(row: old))
        let server = CannedCluster.capabilities
        let extent: [String: String?] = ["least": "0", "greatest": "50"]
        answer(there.extent(server), .rows([extent]))
        guard let parts = AggregateBuckets.Parts(row: extent) else { return }
        func digest(_ part: String, _ rows: String) -> [String: String?] { ["part": part, "rows": rows, "hash": "1"] }
        answer(there.parts(parts, server), .rows([digest("0", "2"), digest("50", "3"), digest("9", "1")]))
        answer(here.parts(parts, server), .rows([digest("0", "2"), digest("9", "2")]))
        answer(
            there.buckets(of: [9, 50], parts, server), .rows([digest("9", "1"), digest("40", "1"), digest("50", "3")]))
        answer(here.buckets(of: [9, 50], parts, server), .rows([digest("9", "2"), digest("40", "1")]))
        // That of 9 can be made again.
        answer(there.gone(among: [9, 50], over: Self.metrics, server), .rows([["bucket": "50"]]))
        let refused = try await ShellTrial(canned).run("migrate undo metrics --yes")
        #expect(refused.status == .failed, "\(refused)")
        #expect(refused.messages.contains("its continuous aggregate by has 3 rows of times whose raw rows are gone"))
        #expect(refused.messages.contains("'migrate undo metrics --lose-new-rows'"), "\(refused)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("LOCK") || $0.hasPrefix("ALTER") })
    }

    /// It had more rows at the cut-over than what was made in its place.
    @Test func aMaterializedViewThatHasMoreStays() async throws {
        begin(isVerified: "t")
        answer(Self.migration.newTable(as: Self.metrics), .rows([["is_there": "t", "is_made": "t"]]))
        answer(DefinitionReading.session, .done("SET"))
        let view: [String: String?] = ["kind": "materialized", "schema": "public", "name": "sums__old"]
        for statement in [
            OwnedSequence.list(of: Self.migration.aside), DependentAggregate.list(of: Self.migration.aside),
            DependentPolicy.list(of: Self.migration.aside),
        ] { answer(statement, .rows([])) }
        answer(DependentView.list(of: Self.migration.aside), .rows([view]))
        answer(Self.migration.keptViews, .rows([["name": #""public"."sums__old""#]]))
        answer(MigrationStore.isOlder, .value("f"))
        let answer = try await ShellTrial(canned).run("migrate finish metrics --drop-old --yes")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("sums__old had more rows at the cut-over than the new one"), "\(answer)")
        #expect(answer.messages.contains(#"sql DROP MATERIALIZED VIEW "public"."sums__old""#), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    @Test func whatWasWrittenSinceIsNotLostUnasked() async throws {
        write()
        let answer = try await ShellTrial(canned).run("migrate undo metrics --yes")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("'migrate undo metrics --copy-back'"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("LOCK") || $0.hasPrefix("ALTER") })
    }

    @Test func aProgramIsToldThatNobodyCanBeAsked() async throws {
        begin("copying")
        let answer = try await ShellTrial(canned).run("migrate cutover metrics --format json")
        #expect(answer.status == .unconfirmed, "\(answer)")
        #expect(
            answer.data.contains(#""command":"migrate cutover","columns":[],"rows":[],"ok":false"#)
                && answer.data.contains("--yes confirms"))
    }

    @Test func aCutOverAsksForTheName() async throws {
        begin("copying")
        let answer = try await ShellTrial(canned).run("migrate cutover metrics")
        #expect(answer.status == .unconfirmed)
    }
}
