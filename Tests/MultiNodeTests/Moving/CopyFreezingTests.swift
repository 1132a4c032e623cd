import Testing

@testable import MultiNode

/// The statements that write a copy anew so that everybody sees its rows.
@Suite struct CopyFreezingTests {
    private let chunk = TableName(schema: "i", name: "c")
    private let shape = RowShape(
        table: TableName(schema: "public", name: "m"), columns: ["time", "v", "twice"], key: ["time"],
        generated: ["twice"])

    @Test func whatIsComputedIsNotWritten() {
        let form = CopyForm(isBinary: false, encoding: "LATIN1")
        #expect(
            CopyFreezing.reading(chunk, shape, as: form).text
                == #"COPY (SELECT x."time", x."v" FROM "i"."c" x) TO STDOUT WITH (FORMAT text, ENCODING 'LATIN1')"#)
        #expect(
            CopyFreezing.writing(chunk, shape, as: form).text
                == #"COPY "i"."c" ("time", "v") FROM STDIN WITH (FREEZE, FORMAT text, ENCODING 'LATIN1')"#)
    }

    /// Nothing else ends a COPY that waits for its rows.
    @Test func whatLastsTooLongIsEndedByTheServer() throws {
        let row: [String: String?] = ["pid": "42", "began": "1764542000.123456"]
        let text = try #require(CopyFreezing.guarding(row, for: .milliseconds(2500))?.inlined)
        #expect(text.contains("pg_sleep(2500 / 1000.0)"))
        #expect(text.contains("a.pid = 42 AND extract(epoch FROM a.xact_start) = ''1764542000.123456''"), "\(text)")
        #expect(CopyFreezing.guarding([:], for: .seconds(1)) == nil)
    }

    /// No trigger hears of it, and nobody reads the copy while it is empty.
    @Test func nobodyIsThereMeanwhile() {
        let statements = CopyFreezing.beginning(chunk, waiting: .milliseconds(500), within: .seconds(2)).map(\.text)
        #expect(statements.contains("SET LOCAL session_replication_role = replica"))
        #expect(statements.last == #"LOCK TABLE "i"."c" IN ACCESS EXCLUSIVE MODE"#)
    }
}
