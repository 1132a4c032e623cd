import CommandLanguage
import Foundation
import Glibc
import LanguageProperties
import Testing

@testable import Shell

/// Files of which the rows behind a COPY stay in the file.
@Suite struct LongScriptTests {
    private static func withFile(_ text: String, _ body: (String, CInt) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("long-\(UUID().uuidString).sql").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let descriptor = open(path, O_RDONLY)
        defer {
            close(descriptor)
            unlink(path)
        }
        try body(path, descriptor)
    }

    /// What a text is read as: statements with their lines, and the rows behind them.
    private static func reading(_ source: SourceText) throws -> [String] {
        let (statements, diagnostics) = Parser.parse(source, table: Catalogue.table)
        let read = try statements.map { statement in
            var line = "\(source.position(at: statement.span.start).line): \(statement.summary)"
            guard case .command(let invocation) = statement, let rows = invocation.rows, let end = rows.end else {
                return line
            }
            line += " rows from \(source.position(at: rows.start).line): "
            guard let omitted = source.omittedRows(at: rows.start) else {
                return line + source.text(Span(rows.start, end))
            }
            return line + String(decoding: try omitted.file.bytes(in: omitted.place), as: UTF8.self)
        }
        return read + diagnostics.map { $0.text() }
    }

    @Test(arguments: [
        "COPY t FROM stdin;\n1\n22\n333\n\\.\nnode lost\nCOPY u FROM stdin;\n\\.x\n \\.\n4\r\n\\.\r\necho a\n",
        "\\restrict k\nSET x = 1;\nCOPY t FROM stdin;\n1\n\\.\n\n\n\\unrestrict k\nfoo\n",
        "\u{FEFF}-- a\nDO $$\nCOPY t FROM stdin;\n1\n\\.\n$$;\nCOPY t FROM stdin;\nlonger than a piece is, and without end\n\\.",
        "COPY t FROM stdin;\n1\n\\.\nCOPY t FROM stdin;\necho a\nCOPY t FROM stdin;\necho b\n",
        "transaction {\nCOPY t FROM stdin;\n1\n\\.\necho a\n}\nfoo\nCOPY t FROM stdin;\n\0\n\\.\nbar",
    ])
    func itIsReadAsAWhole(_ text: String) throws {
        let whole = try Self.reading(SourceText(name: "f", text))
        for pieceSize in 1...12 {
            try Self.withFile(text) { _, descriptor in
                let long = try #require(try LongScript.read(descriptor, "f", shortest: 1, pieceSize: pieceSize))
                let reading = try Self.reading(long)
                #expect(reading == whole, "in pieces of \(pieceSize)")
            }
        }
    }

    @Test func rowsAreNotHeld() throws {
        let rows = String(repeating: "a row\n", count: 10_000)
        try Self.withFile("COPY t FROM stdin;\n\(rows)\\.\nfoo\n") { _, descriptor in
            let long = try #require(try LongScript.read(descriptor, "f", shortest: 1, pieceSize: 1000))
            #expect(long.bytes.count < 100)
            let last = try Self.reading(long).last
            #expect(last?.hasPrefix("f:10003:1: error: unknown command foo") == true)
        }
    }

    @Test func whatHasNoRowsIsReadAsAnyFile() throws {
        try Self.withFile("echo a\nCOPY t FROM stdin;\n1\n") { _, descriptor in
            let long = try LongScript.read(descriptor, "f", shortest: 1)
            #expect(long == nil)
        }
    }

    @Test func aFileThatHasChangedIsTold() throws {
        try Self.withFile("COPY t FROM stdin;\n1\n\\.\n") { path, descriptor in
            let long = try #require(try LongScript.read(descriptor, "f", shortest: 1, pieceSize: 1))
            let rows = try #require(long.omittedRows(at: 19))
            let bytes = try rows.file.bytes(in: rows.place)
            #expect(bytes == Array("1\n".utf8))
            let changed = try #require(FileHandle(forUpdatingAtPath: path))
            try changed.seekToEnd()
            try changed.write(contentsOf: Data("echo\n".utf8))
            #expect(throws: RowsFault.self) { try rows.file.bytes(in: rows.place) }
        }
    }
}
