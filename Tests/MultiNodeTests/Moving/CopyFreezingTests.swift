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

    /// No trigger hears of it, and nobody reads the copy while it is empty.
    @Test func nobodyIsThereMeanwhile() {
        let statements = CopyFreezing.beginning(chunk, waiting: .milliseconds(500), within: .seconds(2)).map(\.text)
        #expect(statements.contains("SET LOCAL session_replication_role = replica"))
        #expect(statements.last == #"LOCK TABLE "i"."c" IN ACCESS EXCLUSIVE MODE"#)
    }
}
