import Testing

/// Nothing is destroyed on its way to and from a server.
@Suite struct EncodingTests {
    @Test func whatSetsAnotherEncodingFailsAndUTF8Stays() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run(
            ["--keep-going", "--format", "csv"],
            input: """
                SET client_encoding = 'LATIN1';
                SELECT 'é' AS a, chr(233) AS b, length('é') AS c;
                foreach a in rows $$ SELECT set_config('client_encoding', 'LATIN1', false) $$ { echo never }
                sql --into a SELECT chr(233)
                echo ${a}
                query --on dn1 SELECT set_config('client_encoding', 'LATIN1', false)
                query --on dn1 SELECT chr(233) AS b

                """)
        #expect(result.status == 1 && !result.output.contains("never"), "\(result)")
        #expect(result.output.contains("a,b,c\né,é,1\n") && result.output.contains("\né\n"), "\(result)")
        #expect(result.output.hasSuffix("node,b\ndn1,é\n"), "\(result)")
        let told =
            "error: client_encoding was set to LATIN1, and is UTF8 again: everything is sent and shown in UTF-8\n"
        #expect(result.errors.ranges(of: told).count == 3, "\(result.errors)")
    }

    @Test func noSettingOutsideChangesIt() async throws {
        let cluster = try await Cluster.shared.value
        try await cluster.runScript("an1", "CREATE ROLE latin LOGIN; ALTER ROLE latin SET client_encoding = 'LATIN1'")
        var program = cluster.program
        program.environment["PGCLIENTENCODING"] = "LATIN1"
        program.environment["PGOPTIONS"] = "-c client_encoding=LATIN1"
        let result = try await program.run(["-U", "latin", "--format", "tsv", "-c", "SELECT chr(233), length('é');"])
        #expect(result.status == 0 && result.output == "é\t1\n", "\(result)")
        try await cluster.runScript("an1", "DROP ROLE latin")
    }

    /// The name of a role is in the encoding of the database that it was made in, and is sent as it is.
    @Test(arguments: ["table", "json", "jsonl", "csv", "tsv"])
    func whatIsNoTextIsRefusedAndNotReplaced(_ format: String) async throws {
        let cluster = try await Cluster.shared.value
        let name = "latin_\(format)"
        let making = "CREATE DATABASE \(name) ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        _ = try await cluster.query("an1", making)
        var program = cluster.program
        program.environment["PGDATABASE"] = name
        #expect(try await program.run(["-c", "CREATE ROLE \"of \(format) é\";"]).status == 0)
        let value = "(SELECT rolname FROM pg_roles WHERE rolname ~ '^of \(format) ')"
        for query in [
            "SELECT i, CASE i WHEN 2000 THEN \(value) END AS b FROM generate_series(1, 2500) i", "SELECT \(value) AS b",
        ] {
            let result = try await cluster.program.run(["--format", format, "-c", "\(query);"])
            #expect(result.status == 1 && !result.output.contains("\u{FFFD}"), "\(result.errors)")
            #expect(
                result.errors.replacing(" of \"b\"", with: "").contains(
                    "error: a value is not UTF-8, in which everything"),
                "\(result.errors)")
            #expect(result.errors.contains("help: COPY … TO STDOUT writes its bytes as they are"), "\(result.errors)")
        }
        let loop = try await cluster.program.run(["-c", "foreach a in rows $$ SELECT \(value) $$ { echo never }"])
        #expect(loop.status == 1 && loop.output.isEmpty, "\(loop)")
        let text = try await cluster.program.run(["--format", format, "-c", "SELECT \(value)::text::bytea AS b;"])
        #expect(text.status == 0 && text.output.contains("e9"), "\(text)")
        #expect(try await program.run(["-c", "DROP ROLE \"of \(format) é\";"]).status == 0)
        _ = try await cluster.query("an1", "DROP DATABASE \(name)")
    }
}
