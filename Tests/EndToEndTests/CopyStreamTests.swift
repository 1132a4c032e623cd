import Foundation
import Sandbox
import Testing

/// COPY to and from this side, by files, pipes and the keyboard.
@Suite struct CopyStreamTests {
    /// A folder for the files of a test.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-copy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func whatGoesToAFileComesBackFromIt() async throws {
        let cluster = try await Cluster.shared.value
        try await withFolder { folder in
            let file = "\(folder)/rows.bin"
            let query = "SELECT i, decode(md5(i::text), 'hex') AS b FROM generate_series(1, 20000) i"
            let out = try await cluster.run("sql --to '\(file)' COPY (\(query)) TO STDOUT (FORMAT binary)")
            #expect(out.status == 0 && out.output == "COPY 20000\n", "\(out)")
            #expect(try files(in: folder) == ["rows.bin"])
            try await cluster.runScript("an1", "CREATE TABLE copy_back (i int, b bytea)")
            let back = try await cluster.run("sql --from '\(file)' COPY copy_back FROM STDIN (FORMAT binary)")
            #expect(back.status == 0 && back.output == "COPY 20000\n", "\(back)")
            let differing =
                "(\(query) EXCEPT SELECT * FROM copy_back) UNION ALL (SELECT * FROM copy_back EXCEPT \(query))"
            #expect(try await cluster.query("an1", differing).isEmpty)
            try await cluster.runScript("an1", "DROP TABLE copy_back")
        }
    }

    @Test func standardOutputGetsTheDataAlone() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("sql COPY (SELECT 1, E'a\\tb' UNION ALL SELECT 2, NULL) TO STDOUT")
        #expect(result.status == 0 && result.output == "1\ta\\tb\n2\t\\N\n")
        #expect(result.errors == "note: 2 rows copied\n")
        let json = try await cluster.run("sql COPY (SELECT 1) TO STDOUT", "--format", "json")
        #expect(json.status == 1 && json.output.contains("--to FILE takes the data"))
    }

    @Test func aBrokenAnswerLeavesNoFile() async throws {
        let cluster = try await Cluster.shared.value
        try await withFolder { folder in
            let query = "SELECT 1 / (90000 - i) FROM generate_series(1, 100000) i"
            let failed = try await cluster.run("sql --to '\(folder)/q' COPY (\(query)) TO STDOUT")
            #expect(failed.status == 1 && failed.errors.contains("division by zero"))
            #expect(try files(in: folder).isEmpty)
            try "kept".write(toFile: "\(folder)/q", atomically: true, encoding: .utf8)
            _ = try await cluster.run("sql --to '\(folder)/q' COPY (\(query)) TO STDOUT")
            #expect(try String(contentsOfFile: "\(folder)/q", encoding: .utf8) == "kept")
            let nowhere = try await cluster.run("sql --to '\(folder)/no/q' COPY (SELECT 1) TO STDOUT")
            #expect(nowhere.status == 1 && nowhere.errors.contains("No such file or directory"))
        }
    }

    @Test func rowsOfAPipeGoIn() async throws {
        let cluster = try await Cluster.shared.value
        try await cluster.runScript("an1", "CREATE TABLE copy_pipe (i int)")
        let lines = (1...100_000).map { "\($0)\n" }.joined()
        let result = try await cluster.program.run(["-c", "sql COPY copy_pipe FROM STDIN"], input: lines)
        #expect(result.status == 0 && result.output == "COPY 100000\n", "\(result)")
        let broken = try await cluster.program.run(["-c", "sql COPY copy_pipe FROM STDIN"], input: lines + "x\n")
        #expect(broken.status == 1 && broken.errors.contains("invalid input syntax"), "\(broken)")
        #expect(try await cluster.query("an1", "SELECT count(*) FROM copy_pipe") == [["100000"]])
        try await cluster.runScript("an1", "DROP TABLE copy_pipe")
    }

    /// `pg_dump -C` changes to the database that it has made, and a value may look like a variable.
    @Test func theDumpOfAWholeDatabaseRuns() async throws {
        let cluster = try await Cluster.shared.value
        let text = """
            CREATE DATABASE dumped_whole TEMPLATE template0;
            \\connect dumped_whole
            CREATE TABLE t (v text);
            INSERT INTO t VALUES ('${x}');
            SELECT current_database() || ' ' || v AS v FROM t;
            \\connect dist
            DROP DATABASE dumped_whole;

            """
        try await withFolder { folder in
            try text.write(toFile: "\(folder)/dump.sql", atomically: true, encoding: .utf8)
            let result = try await cluster.program.run(["--format", "tsv", "\(folder)/dump.sql"])
            #expect(result.status == 0 && result.output == "dumped_whole ${x}\n", "\(result)")
        }
    }

    /// What pg_dump -C itself writes, of a name that is a word and of one that is anything but.
    @Test(arguments: ["dumped_plain", #"odd "name' = \x ${y}"#]) func whatPgDumpWritesRuns(_ database: String)
        async throws
    {
        let cluster = try await Cluster.shared.value
        let conninfo = "dbname='\(database.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
        let reading = "connect --reuse-previous $$\(conninfo)$$\nSELECT v || current_database() AS v FROM t;\n"
        let name = "\"\(database.replacing("\"", with: "\"\""))\""
        try await cluster.runScript("an1", "CREATE DATABASE \(name) TEMPLATE template0")
        let made = try await cluster.program.run(
            [],
            input: """
                connect --reuse-previous $$\(conninfo)$$
                CREATE TABLE t (v text);
                COPY t FROM STDIN;
                ${x}\(" ")
                \\.

                """)
        try #require(made.status == 0, "\(made)")
        try await withFolder { folder in
            let node = cluster.sandbox.nodes[0]
            let dump = Process()
            dump.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            dump.arguments = [
                "pg_dump", "-C", "-f", "\(folder)/dump.sql", "-h", "\(cluster.sockets)/an1", "-p", "\(node.port)",
                "-U", "postgres", "-d", conninfo,
            ]
            try dump.run()
            dump.waitUntilExit()
            try #require(dump.terminationStatus == 0)
            try await cluster.runScript("an1", "DROP DATABASE \(name)")
            let result = try await cluster.program.run(["\(folder)/dump.sql"])
            #expect(result.status == 0, "\(result)")
            let read = try await cluster.program.run(["--format", "tsv"], input: reading)
            #expect(read.output.hasSuffix("${x} \(database.replacing("\\", with: "\\\\"))\n"), "\(read)")
        }
        try await cluster.runScript("an1", "DROP DATABASE \(name)")
    }

    /// As pg_dump writes them, in a file and in a pipe.
    @Test(arguments: [true, false]) func rowsBehindTheStatementGoIn(_ isFile: Bool) async throws {
        let cluster = try await Cluster.shared.value
        let table = "copy_inline_\(isFile)"
        try await cluster.runScript("an1", "CREATE TABLE \(table) (i int, t text)")
        // So long that a file keeps its rows until they are sent.
        let words = "quit" + String(repeating: " quit", count: 20)
        let lines = (1...50_000).map { "\($0)\t\(words)\n" }.joined()
        let text = """
            \\restrict aB9
            SET client_min_messages = warning;
            COPY \(table) (i, t) FROM stdin;
            \(lines)\\.
            COPY no_such_table FROM STDIN;
            quit 9
            \\.
            COPY \(table) FROM STDIN (FORMAT csv);
            1,a
            x,b
            \\.
            COPY \(table) FROM STDIN (FORMAT binary);
            quit 9
            \\.
            (SELECT count(*) FROM \(table));
            \\unrestrict aB9

            """
        try await withFolder { folder in
            try text.write(toFile: "\(folder)/dump.sql", atomically: true, encoding: .utf8)
            let arguments = ["--keep-going", "--format", "csv"] + (isFile ? ["\(folder)/dump.sql"] : [])
            let result = try await cluster.program.run(arguments, input: isFile ? "" : text)
            #expect(result.status == 1 && result.output == "count\n50000\n", "\(result)")
            let name = isFile ? "\(folder)/dump.sql" : "<stdin>"
            #expect(result.errors.contains("\(name):50005:"), "\(result.errors)")
            #expect(result.errors.contains("\(name):50010:1: error: invalid input syntax for type integer: \"x\""))
            #expect(result.errors.contains("binary rows can't stand among commands"))
            #expect(result.errors.contains("3 of 6 commands failed"))
            let check = try await cluster.program.run(
                ["--check"] + (isFile ? ["\(folder)/dump.sql"] : []), input: isFile ? "" : text)
            #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
        }
        try await cluster.runScript("an1", "DROP TABLE \(table)")
    }

    /// As everywhere; a file of that name is ./-.
    @Test func aDashIsTheStandardStream() async throws {
        let cluster = try await Cluster.shared.value
        let out = try await cluster.run("sql --to - COPY (SELECT 7) TO STDOUT")
        #expect(out.status == 0 && out.output == "7\n", "\(out)")
        try await cluster.runScript("an1", "CREATE TABLE copy_dash (i int)")
        try await withFolder { folder in
            let command = "sql --from - COPY copy_dash FROM STDIN"
            try "\(command)\n".write(toFile: "\(folder)/s.tscl", atomically: true, encoding: .utf8)
            for arguments in [["-c", command], ["\(folder)/s.tscl"]] {
                let into = try await cluster.program.run(arguments, input: "1\n2\n")
                #expect(into.status == 0 && into.output == "COPY 2\n", "\(into)")
            }
            let wrong = try await cluster.program.run(["-c", command], input: "1\nx\n")
            #expect(wrong.errors.contains("<stdin>:2:1: error: invalid input syntax"), "\(wrong)")
            let piped = try await cluster.program.run([], input: "\(command)\n1\n\\.\n")
            #expect(piped.errors.contains("standard input holds the commands"), "\(piped)")
        }
        #expect(try await cluster.query("an1", "SELECT count(*) FROM copy_dash") == [["4"]])
        try await cluster.runScript("an1", "DROP TABLE copy_dash")
    }

    @Test func filesAreRelativeToTheScript() async throws {
        let cluster = try await Cluster.shared.value
        try await withFolder { folder in
            try "sql --to out.csv COPY (SELECT 7) TO STDOUT\nsql --from in.csv COPY copy_script FROM STDIN\n"
                .write(toFile: "\(folder)/s.tscl", atomically: true, encoding: .utf8)
            try "1\n2\n".write(toFile: "\(folder)/in.csv", atomically: true, encoding: .utf8)
            try await cluster.runScript("an1", "CREATE TABLE copy_script (i int)")
            let result = try await cluster.program.run(["\(folder)/s.tscl"])
            #expect(result.status == 0 && result.output == "COPY 1\nCOPY 2\n", "\(result)")
            #expect(try String(contentsOfFile: "\(folder)/out.csv", encoding: .utf8) == "7\n")
            try await cluster.runScript("an1", "DROP TABLE copy_script")
        }
    }

    @Test func atThePromptLinesAreTyped() async throws {
        try await withPrompt { terminal, prompt, cluster in
            _ = try await terminal.run("sql CREATE TEMP TABLE typed (i int)", prompt: prompt)
            terminal.type("sql COPY typed FROM STDIN\r")
            try await terminal.waits(for: "ends them")
            terminal.type("1\r2\r\\.\r")
            try await terminal.waits(for: "COPY 2")
            terminal.type("sql COPY typed FROM STDIN\r")
            let mark = terminal.mark
            _ = try await terminal.waits(for: "ends them", after: mark - 1)
            terminal.type("3\r\u{3}")
            try await terminal.waits(for: "interrupted")
            #expect(
                try await terminal.run("sql SELECT count(*) AS typed_rows FROM typed", prompt: prompt).contains(
                    "          2"))
        }
    }
}
