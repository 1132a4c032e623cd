import Testing

/// Names of tables and columns that somebody has given to others meanwhile.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct ReusedNameTests {
    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v int, note text)
        hypertable create m t --partition-by dev --chunk-interval '1 day'
        sql INSERT INTO m SELECT t, d, 0, 'old' FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 hour') t, generate_series(1, 5) d
        migrate start
        migrate copy

        """

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made)")
            try await body(cluster)
        }
    }

    private static let other = """
        sql DROP TABLE m__new
        sql CREATE TABLE m__new (t timestamptz NOT NULL, dev int NOT NULL, v int, note text)
        sql SELECT create_hypertable('m__new', 't')
        sql INSERT INTO m__new SELECT t, 1, 7, 'own' FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 hour') t

        """

    /// - Parameter isOlder: whether the store has been made by a tscl that did not record which table it has made.
    @Test(arguments: [false, true]) func aTableOfTheCopysNameIsNotDropped(isOlder: Bool) async throws {
        try await Self.with { cluster in
            if isOlder {
                #expect(
                    try await cluster.run("sql ALTER TABLE tscl_migrate.hypertable DROP COLUMN target_relation").status
                        == 0)
            }
            #expect(try await cluster.program.run([], input: Self.other).status == 0)
            for command in ["migrate copy", "migrate verify", "migrate cutover m --yes"] {
                let refused = try await cluster.run(command)
                #expect(
                    refused.status == 1
                        && refused.errors.contains("m__new is not the table that the migration of m has made"),
                    "\(command): \(refused)")
            }
            let undone = try await cluster.run("migrate undo m --yes")
            #expect(undone.status == 0 && undone.output.contains("and stays; the migration is forgotten"), "\(undone)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new WHERE v = 7") == "49")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "245")
        }
    }

    @Test func aCopyOfAnotherNameIsNotLeftBehind() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("sql ALTER TABLE m__new RENAME TO mine").status == 0)
            let refused = try await cluster.run("migrate undo m --yes")
            #expect(refused.status == 1 && refused.errors.contains("is called mine by now"), "\(refused)")
            #expect(try await cluster.run("sql ALTER TABLE mine RENAME TO m__new").status == 0)
            let undone = try await cluster.run("migrate undo m --yes")
            #expect(undone.status == 0 && undone.output.contains("the copy is dropped"), "\(undone)")
            #expect(try await cluster.value("SELECT to_regclass('m__new') IS NULL") == "t")
        }
    }

    /// Then the rows of the copy are all that is left.
    @Test func aCopyWithoutItsSourceStays() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("sql DROP TABLE m").status == 0)
            let refused = try await cluster.run("migrate undo m --yes")
            #expect(refused.status == 1 && refused.errors.contains("the copy is all that is left"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == "245")
        }
    }

    private static let anew = ["sql ALTER TABLE m DROP COLUMN note", "sql ALTER TABLE m ADD COLUMN note text"]

    @Test func aColumnThatCameAgainBringsNoValuesBack() async throws {
        try await Self.with { cluster in
            for command in Self.anew { #expect(try await cluster.run(command).status == 0) }
            let status = try await cluster.run("migrate status --format csv")
            #expect(status.output.contains("m,m__new,copying,9,9,9,"), "\(status)")
            let cutOver = try await cluster.run("migrate cutover m --yes", patience: 120)
            #expect(cutOver.status == 0, "\(cutOver)")
            #expect(try await cluster.value("SELECT count(*) || ' ' || count(note) FROM m") == "245 0")
            // Nothing has changed but for the names.
            let undone = try await cluster.run("migrate undo m --yes", patience: 120)
            #expect(undone.status == 0, "\(undone)")
        }
    }

    @Test func anUndoBringsNoValuesBackEither() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("migrate cutover m --yes", patience: 120).status == 0)
            for command in Self.anew { #expect(try await cluster.run(command).status == 0) }
            let refused = try await cluster.run("migrate undo m --yes")
            #expect(refused.status == 1 && refused.errors.contains("was written since the cut-over"), "\(refused)")
            #expect(try await cluster.run("sql ALTER TABLE m DROP COLUMN note").status == 0)
            let others = try await cluster.run("migrate undo m --copy-back --yes")
            #expect(
                others.status == 1 && others.errors.contains("have not the same columns any more (note)"), "\(others)")
            let left = try await cluster.run("migrate undo m --lose-new-rows --yes", patience: 120)
            #expect(left.status == 0, "\(left)")
            #expect(try await cluster.value("SELECT count(note) FROM m") == "245")
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == "245")
        }
    }

    /// What is dropped from the new table is dropped from the chunks that were copied, too.
    @Test(arguments: [false, true]) func whatIsDroppedFromTheNewTableIsGone(isCompressed: Bool) async throws {
        try await Self.with { cluster in
            if isCompressed {
                for command in [
                    "sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')",
                    "sql SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-02'::timestamptz) c",
                    "migrate undo m --yes", "migrate start m", "migrate copy",
                ] {
                    let done = try await cluster.run(command, patience: 120)
                    #expect(done.status == 0, "\(done)")
                }
            }
            for command in ["migrate cutover m --yes", "migrate verify", "migrate finish m --drop-old --yes"] {
                let done = try await cluster.run(command, patience: 120)
                #expect(done.status == 0, "\(done)")
            }
            #expect(try await cluster.run("sql ALTER TABLE m DROP COLUMN note").status == 0)
            let kept = """
                SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 WHERE a.attname = 'note' AND c.relname ~ '_chunk$|compress' AND c.relname ~ '_tscl_|compress'
                """
            #expect(try await cluster.value(kept) == "0")
            #expect(try await cluster.run("sql INSERT INTO m VALUES ('2024-01-02 12:30', 1, 1)").status == 0)
            #expect(try await cluster.run("sql ALTER TABLE m ADD COLUMN note text").status == 0)
            #expect(try await cluster.value("SELECT count(*) || ' ' || count(note) FROM m") == "246 0")
        }
    }

    /// What an earlier tscl has copied is mended with its store.
    @Test func chunksOfAnEarlierVersionAreMended() async throws {
        try await Self.with { cluster in
            for command in [
                "ALTER TABLE tscl_migrate.chunk DROP COLUMN is_carried",
                "UPDATE pg_attribute SET attislocal = true WHERE attrelid::regclass::text ~ '_tscl_' AND attnum > 0",
            ] { _ = try await cluster.query("an1", command) }
            for command in ["migrate cutover m --yes", "migrate verify"] {
                let done = try await cluster.run(command, patience: 120)
                #expect(done.status == 0, "\(done)")
            }
            let local = """
                SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 WHERE a.attislocal AND a.attnum > 0 AND c.relname ~ '^_tscl_.*_chunk$'
                """
            #expect(try await cluster.value(local) == "0")
        }
    }

    /// As of a node that was put back to an earlier state.
    @Test func whatANodeTellsThatIsBehindIsNotTrusted() async throws {
        try await Self.with { cluster in
            let changed = "migrate status --format csv"
            #expect(try await cluster.run(changed).output.contains("m,m__new,copying,9,9,0,"))
            _ = try await cluster.query("an1", "UPDATE tscl_migrate.chunk SET node_place = 'FF/0' WHERE position > 0")
            // Only the rows tell.
            #expect(try await cluster.run(changed).output.contains("m,m__new,copying,9,9,,"))
            let copied = try await cluster.run("migrate copy")
            #expect(copied.status == 0 && copied.output.contains("9 read again and found as copied"), "\(copied)")
            #expect(try await cluster.run(changed).output.contains("m,m__new,copying,9,9,0,"))
        }
    }

    /// What changes hands by its number only has numbers that are far behind.
    @Test func whatWasWrittenBefore2To31TransactionsIsNotLost() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("migrate cutover m --yes", patience: 120).status == 0)
            _ = try await cluster.query(
                "an1", "UPDATE tscl_migrate.hypertable SET cut_over_xmin = cut_over_xmin - 2200000000")
            #expect(try await cluster.run("sql UPDATE m SET v = 9 WHERE dev = 1").status == 0)
            let refused = try await cluster.run("migrate undo m --yes")
            #expect(refused.status == 1 && refused.errors.contains("was written since the cut-over"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE v = 9") == "49")
        }
    }

    /// A chunk of the old table without a copy is a difference.
    @Test func aChunkThatNobodyHasCopiedOpensNoFinish() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("migrate cutover m --yes", patience: 120).status == 0)
            _ = try await cluster.query(
                "an1",
                """
                DO $$ DECLARE x record; BEGIN
                  DELETE FROM tscl_migrate.chunk WHERE source_id = (SELECT min(source_id) FROM tscl_migrate.chunk)
                  RETURNING * INTO x;
                  EXECUTE format('DROP TABLE %I.%I', x.target_schema, x.target_name);
                END $$
                """)
            let verified = try await cluster.run("migrate verify")
            #expect(verified.status == 5 && verified.output.contains("1 differs"), "\(verified)")
            let finished = try await cluster.run("migrate finish m --drop-old --yes")
            #expect(finished.status == 1 && finished.errors.contains("was not verified"), "\(finished)")
        }
    }
}
