import Testing

@testable import MultiNode

/// In which encoding rows go over, and how COPY is written in it.
@Suite struct CopyFormTests {
    private static let statement: SQL =
        "COPY \(qualified: TableName(schema: "public", name: "mäß")) (\(identifiers: ["größe", "plain", "a\"ß", "ñ\\\"\"x", "😀"])) TO STDOUT (FORMAT binary)"

    @Test func inUTF8NothingChanges() {
        let form = CopyForm(isBinary: true, encoding: "UTF8")
        #expect(form.beginning == nil && form.end == nil && form.spelled(Self.statement) == Self.statement)
        #expect(CopyForm(isBinary: false, encoding: "UTF8").options.text == "FORMAT text")
    }

    /// Statements are in UTF-8, also while the session's encoding is another one.
    @Test func namesAreTheSameInEveryEncoding() {
        let form = CopyForm(isBinary: true, encoding: "LATIN1")
        #expect(form.beginning?.text == "SET LOCAL client_encoding = 'LATIN1'")
        #expect(form.end?.text == "SET LOCAL client_encoding = 'UTF8'")
        let spelled = form.spelled(Self.statement)
        #expect(
            spelled.text
                == #"COPY "public".U&"m\00e4\00df" (U&"gr\00f6\00dfe", "plain", U&"a""\00df", U&"\00f1\\""""x", U&"\+01f600") TO STDOUT (FORMAT binary)"#
        )
        #expect(spelled.shown == Self.statement.shown)
        #expect(form.spelled("COPY \"a\" TO STDOUT").text == "COPY \"a\" TO STDOUT")
    }

    /// Without an encoding bytes are bytes: what was sent as UTF-8 is there as UTF-8.
    @Test func whereThereIsNoEncodingNamesAreSentAsTheyAre() {
        let form = CopyForm(isBinary: true, encoding: "SQL_ASCII")
        #expect(form.beginning != nil && form.spelled(Self.statement) == Self.statement)
        #expect(form.takes(["größe"], servers: [120_000]))
    }

    /// Text has an encoding of its own, and the session keeps its own.
    @Test func textIsToldItsEncoding() {
        let form = CopyForm(isBinary: false, encoding: "LATIN1")
        #expect(form.options.text == "FORMAT text, ENCODING 'LATIN1'")
        #expect(form.beginning == nil && form.spelled(Self.statement) == Self.statement)
        #expect(form.takes(["größe"], servers: [120_000]))
    }

    @Test func before13OnlyUTF8HasNamesBeyondASCII() {
        let form = CopyForm(isBinary: true, encoding: "LATIN1")
        #expect(form.takes(["größe"], servers: [130_000, 150_000]) && form.takes(["a"], servers: [120_000]))
        #expect(!form.takes(["größe"], servers: [120_000, 150_000]))
    }
}
