import Testing

@testable import Shell

/// What TimescaleDB 2.13.1 was seen to do with each is the reason for its place in these lists.
@Suite struct DistributedExecLintTests {
    @Test(arguments: [
        "CREATE TABLE t(i int) ;  -- end",
        ";; SELECT 1 ;;",
        "SELECT 'a;b', E'it\\'s;', U&'d;', \"q;\"\"q\", $$ ; $$, $x$ $$;$y$ $x$",
        "DO $$ BEGIN PERFORM 1; COMMIT; END; $$",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
        "PREPARE p AS SELECT 1",
        "SET TRANSACTION READ ONLY",
        "REINDEX TABLE t",
        "COPY (SELECT 1) TO '/dev/null'",
        "ALTER DATABASE d SET work_mem = '4MB'",
        "SELECT 1 AS \"commit\"",
        "SELECT $1, 1 - -1, a/b",
        "CREATE ROLE app LOGIN",
    ])
    func passes(_ text: String) throws {
        try DistributedExecLint.check(text)
    }

    @Test(arguments: [
        ("COMMIT", "COMMIT"), ("/* a /* b */ ; */ -- x\n commit ;", "COMMIT"), ("END WORK", "END"),
        ("abort", "ABORT"), ("ROLLBACK TO s", "ROLLBACK"), ("BEGIN", "BEGIN"),
        ("START TRANSACTION READ ONLY", "START TRANSACTION"), ("SAVEPOINT s", "SAVEPOINT"), ("RELEASE s", "RELEASE"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"), ("COMMIT PREPARED 'x'", "COMMIT PREPARED"),
        ("Rollback Prepared 'x'", "ROLLBACK PREPARED"),
    ])
    func refusesTransactionControl(_ text: String, _ verb: String) {
        for transactional in [true, false] {
            #expect(
                refusal(text, transactional: transactional)
                    == "\(verb) can't be sent to the nodes: the access node begins and ends their transactions")
        }
    }

    /// Seen on 2.13.1: behind it rows of the access node are stored as other text there, and read with an error.
    @Test(arguments: [
        "SET client_encoding = 'LATIN1'", "SET LOCAL \"client_encoding\" TO LATIN1", "set names 'LATIN1'",
        "SET SESSION NAMES 'LATIN1'", "SELECT set_config('client_encoding', 'LATIN1', false)",
        "DO $$ BEGIN SET client_encoding = LATIN1; END $$",
    ])
    func refusesAnotherEncoding(_ text: String) throws {
        #expect(refusal(text)?.hasPrefix("client_encoding can't be set on the nodes") == true)
        try DistributedExecLint.check("ALTER ROLE app SET client_encoding = 'LATIN1'")
    }

    @Test(arguments: [
        ("VACUUM t", "VACUUM"), ("CREATE DATABASE d", "CREATE DATABASE"), ("DROP DATABASE d", "DROP DATABASE"),
        ("ALTER SYSTEM SET a = 1", "ALTER SYSTEM"), ("CREATE TABLESPACE s LOCATION '/x'", "CREATE TABLESPACE"),
        ("DROP TABLESPACE s", "DROP TABLESPACE"), ("DISCARD ALL", "DISCARD ALL"),
        ("CLUSTER", "CLUSTER without a table"),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t(a)", "CREATE INDEX CONCURRENTLY"),
        ("DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY"), ("REINDEX DATABASE d", "REINDEX"),
        ("REINDEX (CONCURRENTLY) TABLE t", "REINDEX CONCURRENTLY"),
        ("ALTER DATABASE d SET TABLESPACE s", "ALTER DATABASE … SET TABLESPACE"),
    ])
    func refusesInATransactionOnly(_ text: String, _ what: String) throws {
        #expect(refusal(text) == "\(what) can't run inside a transaction, and exec is one")
        try DistributedExecLint.check(text, transactional: false)
    }

    @Test(arguments: [
        ("LISTEN c", "LISTEN"), ("NOTIFY c", "NOTIFY"), ("CREATE TEMP TABLE t(i int)", "CREATE TEMPORARY"),
        ("CREATE OR REPLACE LOCAL TEMPORARY VIEW v AS SELECT 1", "CREATE TEMPORARY"),
        ("SELECT 1 INTO TEMP t", "SELECT INTO TEMPORARY"),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", "a cursor WITH HOLD"),
    ])
    func refusesWhatCannotBePrepared(_ text: String, _ what: String) throws {
        #expect(refusal(text) == "\(what) can't be part of a distributed transaction")
        try DistributedExecLint.check(text, transactional: false)
    }

    @Test func refusesWhatIsNotOneStatement() {
        let several = "distributed_exec takes one statement, and there is more behind the ;"
        #expect(refusal("SELECT 1; SELECT 2") == several)
        #expect(refusal("CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE sql; SELECT 2") == several)
        #expect(refusal("") == "there is no SQL to run")
        #expect(refusal(" -- only a comment\n;") == "there is no SQL to run")
        #expect(refusal("SELECT 'open") == "a string in the SQL is not closed")
        #expect(refusal("SELECT $a$ open $b$") == "a string in the SQL is not closed")
        #expect(refusal("SELECT \"open") == "a quoted identifier in the SQL is not closed")
        #expect(refusal("SELECT 1 /* /* */") == "a comment in the SQL is not closed")
    }

    @Test func refusesClientStreamsAndUpdatesOfTheExtension() {
        let copy = "COPY from STDIN or to STDOUT can't be sent to the nodes: they have no client of ours"
        #expect(refusal("COPY t FROM STDIN") == copy)
        #expect(refusal("copy (select 1) to stdout", transactional: false) == copy)
        #expect(
            refusal("ALTER EXTENSION timescaledb UPDATE", transactional: false)
                == "ALTER EXTENSION timescaledb must be the first statement of a session")
    }

    private func refusal(_ text: String, transactional: Bool = true) -> String? {
        do throws(DistributedExecLint.UnsafeStatement) {
            try DistributedExecLint.check(text, transactional: transactional)
            return nil
        } catch {
            return error.message
        }
    }
}
