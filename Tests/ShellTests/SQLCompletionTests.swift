import LineEditing
@testable import Shell
import Testing

/// What Tab offers in SQL besides its words: columns, views of the system, functions.
@Suite struct SQLCompletionTests {
    private static let completer: Completer = {
        var names = CompletionNames()
        names.tables = [.init("metrics"), .init("devices"), .init("public.Odd", written: "\"Odd\"")]
        names.relations = [
            .init("metrics", columns: ["time", "device", "temperature"]),
            .init("devices", columns: ["id", "\"Name\""]),
            .init("\"Odd\"", columns: ["x"]),
            .init("timescaledb_information.chunks", columns: ["chunk_name", "is_compressed"], isSystem: true),
            .init("pg_stat_activity", columns: ["pid", "query"], isSystem: true),
        ]
        names.functions = [
            .init("time_bucket", forms: ["bucket_width interval, ts timestamp with time zone"]),
            .init("now", forms: [""]), .init("round", forms: ["numeric", "numeric, integer"]),
            .init("rank_of", forms: ["a", "a, b", "a, b, c", "a, b, c, d"]),
        ]
        return Completer(Catalogue.table, names: names)
    }()

    /// - Parameter line: the cursor is where the | is.
    private func completion(_ line: String) -> Completion {
        let cursor = line.utf8.firstIndex(of: UInt8(ascii: "|")) ?? line.endIndex
        let offset = line.utf8.distance(from: line.startIndex, to: cursor)
        return Self.completer.complete(line.replacing("|", with: ""), cursor: offset)
    }

    @Test(arguments: [
        ("SELECT te| FROM metrics", ["temperature"]), ("SELECT | FROM metrics", ["time", "device", "temperature"]),
        ("SELECT * FROM metrics WHERE dev|", ["device", "devices "]),
        ("SELECT m.t| FROM metrics m", ["m.time", "m.temperature"]),
        ("SELECT metrics.d| FROM metrics", ["metrics.device"]),
        ("SELECT metrics.d| FROM metrics m", []),
        ("SELECT d.| FROM metrics AS m JOIN devices d ON d.id = m.device", ["d.id", "d.\"Name\""]),
        ("SELECT | FROM metrics, devices AS d", ["time", "device", "temperature", "id", "\"Name\""]),
        ("UPDATE metrics SET te|", ["temperature"]),
        ("SELECT x| FROM \"Odd\"", ["x"]),
        ("SELECT is_| FROM timescaledb_information.chunks", ["is_compressed"]),
        ("SELECT * FROM timescaledb_information.|", ["timescaledb_information.chunks "]),
        ("SELECT * FROM pg_st|", ["pg_stat_activity "]),
        ("SELECT * FROM metr|", ["metrics "]), ("SELECT * FROM time_b|", ["time_bucket("]),
        ("SELECT * FROM now() JOIN time_b|", ["time_bucket("]), ("UPDATE time_b|", []),
        ("DELETE FROM time_b|", []), ("DELETE FROM metr|", ["metrics "]), ("DELETE FROM ONLY metr|", ["metrics "]),
        ("DELETE FROM metrics WHERE time_b|", ["time_bucket("]), ("TRUNCATE time_b|", []),
        ("TRUNCATE metr|", ["metrics "]), ("INSERT INTO time_b|", []), ("ALTER TABLE time_b|", []),
        ("ALTER TABLE IF EXISTS metr|", ["metrics "]), ("COPY time_b|", []), ("COPY metr|", ["metrics "]),
        ("COPY metrics FROM time_b|", []), ("COPY metrics FROM |", ["STDIN "]), ("copy metrics from st|", ["stdin "]),
        ("COPY metrics (time, device) FROM |", ["STDIN "]), ("COPY metrics TO |", ["STDOUT "]),
        ("COPY (SELECT * FROM metr|", ["metrics "]), ("COPY (SELECT * FROM metrics) TO S|", ["STDOUT "]),
        ("SELECT 1 FROM metrics FOR UPDATE metr|", ["metrics "]), ("SELECT 1 FROM metrics FOR UPDATE no|", ["now()"]),
        ("EXPLAIN ANALYZE no|", ["now()"]), ("VACUUM ANALYZE no|", []), ("EXPLAIN UPDATE no|", []),
        ("SELECT time_b|", ["time_bucket("]), ("SELECT no|", ["now()"]),
        ("SELECT | ", []),
    ])
    func what(_ line: String, _ expected: [String]) {
        let inserted = completion(line.hasPrefix("SELECT") ? line : "sql " + line)
        #expect(inserted.candidates.map(\.insert) == expected)
    }

    private static let metrics = ["time", "device", "temperature"]

    /// In the parentheses behind a table there are its columns alone, and in those of an index its expressions.
    @Test(arguments: [
        ("INSERT INTO devices (|", ["id", "\"Name\""]), ("INSERT INTO metrics (t|", ["time", "temperature"]),
        ("INSERT INTO metrics(time, dev|", ["device"]), ("INSERT INTO \"Odd\" (|", ["x"]),
        ("INSERT INTO metrics (time) VALUES (no|", ["now()"]),
        ("COPY metrics (|", metrics), ("COPY metrics (time, te|) FROM STDIN", ["temperature"]),
        ("VACUUM metrics (t|", ["time", "temperature"]), ("ANALYZE metrics (|", metrics),
        ("CREATE INDEX ON metrics (|", metrics), ("CREATE INDEX i ON metrics USING btree (|", metrics),
        ("CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY metrics (time, temp|", ["temperature"]),
        ("CREATE INDEX ON metrics (time_b|", ["time_bucket("]), ("CREATE INDEX i ON metr|", ["metrics "]),
        ("CREATE TRIGGER t BEFORE INSERT ON metr|", ["metrics "]), ("CREATE TABLE metrics (no|", ["now()"]),
        ("ALTER TABLE metrics DROP COLUMN |", metrics),
        ("ALTER TABLE metrics DROP COLUMN IF EXISTS te|", ["temperature"]),
        ("ALTER TABLE metrics ALTER COLUMN t|", ["time", "temperature"]),
        ("ALTER TABLE IF EXISTS ONLY metrics RENAME COLUMN t|", ["time", "temperature"]),
        ("ALTER TABLE metrics RENAME COLUMN no|", []), ("ALTER TABLE metrics ADD COLUMN no|", ["now()"]),
        ("SELECT | FROM metrics; SELECT 1 FROM devices", metrics),
    ])
    func columnsOfTheTable(_ line: String, _ expected: [String]) { what(line, expected) }

    /// Quotes around the whole change nothing.
    @Test(arguments: [
        ("sql $$ SELECT * FROM metrics WHERE |", metrics), ("sql $$ SELECT te| FROM metrics $$", ["temperature"]),
        ("exec $q$ SELECT te| FROM metrics $q$; sql SELECT 1 FROM devices", ["temperature"]),
        ("foreach d in rows $$ SELECT device FROM metrics WHERE |", metrics),
        ("foreach a, b in query $$ SELECT |, 1 FROM devices $$ {", ["id", "\"Name\""]),
        ("foreach d in rows $$ SELECT 1\n FROM metr|", ["metrics "]),
        ("foreach d in rows 'SELECT 1 FROM metr|", ["metrics "]),
        ("if rows $$ SELECT FROM metrics WHERE te|", ["temperature"]),
        ("assert cluster healthy and rows $$ SELECT FROM metrics WHERE te|", ["temperature"]),
        ("wait until rows 'SELECT FROM metrics WHERE te|", ["temperature"]),
        ("foreach d in $$ SELECT FROM metr|", []), ("foreach d in rows $$ SELECT 1 FROM metrics $$|", []),
    ])
    func sqlInQuotes(_ line: String, _ expected: [String]) {
        #expect(completion(line).candidates.map(\.insert) == expected)
    }

    @Test func eachFormOfAFunctionIsShown() {
        #expect(completion("SELECT rou|").candidates.map(\.label) == ["round(numeric)", "round(numeric, integer)"])
        #expect(Set(completion("SELECT rou|").candidates.map(\.insert)) == ["round("])
        let many = completion("SELECT rank|").candidates
        #expect(many.map(\.label) == ["rank_of(a)"] && many.map(\.summary) == ["and 3 other forms"])
        // Behind the parenthesis all are listed, beside what may stand there.
        let open = completion("SELECT rank_of(| FROM \"Odd\"").candidates
        #expect(open.map(\.label) == ["rank_of(a)", "rank_of(a, b)", "rank_of(a, b, c)", "rank_of(a, b, c, d)", "x"])
        #expect(open.map(\.insert) == ["", "", "", "", "x"])
        #expect(completion("SELECT now(|").candidates.isEmpty)
    }

    @Test func aFunctionIsShownWithItsArguments() {
        #expect(
            completion("SELECT time_b|").candidates.map(\.label)
                == ["time_bucket(bucket_width interval, ts timestamp with time zone)"])
    }

    @Test func aColumnIsShownWithItsTable() {
        #expect(completion("SELECT te| FROM metrics m").candidates.map(\.summary) == ["m"])
    }

    @Test func whatTheSystemHasIsOfferedToWhoBeginsIt() {
        let offered = completion("SELECT * FROM |").candidates.map(\.label)
        #expect(offered == ["metrics", "devices", "\"Odd\""])
    }

    @Test func commandsAndOptionsAreExplained() {
        let candidates = completion("node li|").candidates + completion("node ping --form|").candidates
        #expect(candidates.map(\.label) == ["list", "--format"])
        #expect(candidates.map(\.summary) == ["List the data nodes", "How the answer is shown"])
    }

    @Test(arguments: [
        ("SELECT 1", []), ("SELECT FROM a", ["a"]),
        ("SELECT FROM a x, s.b AS y JOIN ONLY c ON true", ["a x", "s.b y", "c"]),
        ("DELETE FROM a USING b WHERE", ["a"]), ("SELECT FROM (SELECT FROM inner_one) q, other", ["inner_one"]),
        ("INSERT INTO a VALUES", ["a"]), ("SELECT FROM a WHERE 'FROM b'", ["a"]), ("SELECT FROM", []),
        ("SELECT FROM a,", ["a"]), ("TABLE a", ["a"]),
        ("SELECT extract(epoch FROM t.time) FROM m t", ["t.time", "m t"]),
    ])
    func theTablesOfAStatement(_ sql: String, _ expected: [String]) {
        #expect(SQLSources(sql).all.map { $0.table + ($0.alias.map { " " + $0 } ?? "") } == expected)
    }
}
