import CommandLanguage
import Dispatch
import Glibc
import Testing

@testable import Shell

/// Commands that come through a pipe.
@Suite struct InputReaderTests {
    /// All that the reader gives of a text written at once.
    private func reading(_ text: String) async throws -> [String] {
        let input = try PipedCommands()
        input.write(text)
        input.close()
        var items: [String] = []
        repeat { items.append(try await input.next()) } while items.last != "(end)"
        return items
    }

    @Test func aCommandIsThereAsSoonAsItsLineEnds() async throws {
        let input = try PipedCommands()
        input.write("node list\nnode pi")
        #expect(try await input.next() == "node list")
        input.write("ng dn1; role list\n")
        #expect(try await input.next() == "node ping dn1")
        #expect(try await input.next() == "role list")
        input.close()
        #expect(try await input.next() == "(end)")
        #expect(try await input.next() == "(end)")
    }

    @Test func nothingAtAll() async throws {
        #expect(try await reading("") == ["(end)"])
        #expect(try await reading("\n\n# a comment\n") == ["(end)"])
    }

    @Test func theLastLineNeedsNoEnd() async throws {
        #expect(try await reading("node list\nrole list") == ["node list", "role list", "(end)"])
    }

    @Test func aBackslashGoesOnWithTheLine() async throws {
        let input = try PipedCommands()
        input.write("node ping \\\n")
        input.write("  dn1\n")
        #expect(try await input.next() == "node ping \\\n  dn1")
        input.close()
    }

    @Test func aDollarQuoteGoesOverLines() async throws {
        let input = try PipedCommands()
        input.write("sql DO $x$\nBEGIN\n")
        input.write("END $")
        input.write("x$\nnode list\n")
        #expect(try await input.next() == "sql DO $x$\nBEGIN\nEND $x$")
        #expect(try await input.next() == "node list")
        input.close()
    }

    @Test func aDollarQuoteOfManyLines() async throws {
        let text = "sql DO $$\n" + String(repeating: "-- a line\n", count: 5_000) + "$$\n"
        let input = try PipedCommands()
        input.write(text)
        #expect(try await input.next() == text.dropLast())
        input.close()
    }

    @Test func theLineMayGoOnFarBehindADollarQuote() async throws {
        let input = try PipedCommands()
        input.write("sql DO $$\n")
        input.write("$$ " + String(repeating: " ", count: 200))
        input.write("\n")
        #expect(try await input.next() == "sql DO $$\n$$")
    }

    @Test func bareSQLGoesOnToItsSemicolon() async throws {
        let input = try PipedCommands()
        input.write("SELECT 1,\n")
        input.write(" 2;\nnode list\n")
        #expect(try await input.next() == "SELECT 1,\n 2")
        #expect(try await input.next() == "node list")
        input.close()
    }

    /// Parsed again with each chunk of it, a statement of a dump would take minutes.
    @Test(arguments: ["", "'", "/*", "$$"]) func bareSQLMayBeLong(_ opening: String) async throws {
        let input = try PipedCommands()
        let lines = String(repeating: String(repeating: "1, ", count: 20) + "\n", count: 10_000)
        let closing = opening == "/*" ? "*/" : opening
        let text = "SELECT \(opening)\n" + lines + "\(closing) 1"
        input.write(text + ";\nnode list\n")
        #expect(try await input.next() == text)
        #expect(try await input.next() == "node list")
        #expect(input.parsed < 3 * text.utf8.count)
    }

    /// Rows are nobody's commands, whether or not they are taken, and lines are counted over them.
    @Test(arguments: [(1, 3), (2, 3), (3, 3), (100, 20_000), (65_536, 20_000)])
    func rowsAreSkipped(_ pieceSize: Int, _ count: Int) async throws {
        let input = try PipedCommands()
        let rows = String(repeating: "role list\n", count: count)
        let text =
            "COPY t FROM STDIN;\n\(rows)\\.x\n\\.\nnod\nCOPY t FROM STDIN;\n\\.\nnode list\nCOPY t FROM STDIN;\na"
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            input.write(String(decoding: bytes[start..<min(bytes.count, start + pieceSize)], as: UTF8.self))
        }
        input.close()
        #expect(try await input.next() == "COPY t FROM STDIN")
        #expect(try await input.next().hasPrefix("<stdin>:\(count + 4):1: error: unknown command nod"))
        for expected in ["COPY t FROM STDIN", "node list", "COPY t FROM STDIN", "(end)"] {
            #expect(try await input.next() == expected)
        }
    }

    @Test func whatArrivedOfRowsIsThereBeforeTheyEnd() async throws {
        let input = try PipedCommands()
        input.write("COPY t FROM STDIN;\n1\n\\.")
        #expect(try await input.next() == "COPY t FROM STDIN")
        let rows = try #require(input.rows)
        guard case .rows(let piece) = await rows.piece(until: nil) else {
            Issue.record("no rows")
            return
        }
        #expect(piece == Array("1\n".utf8))
        input.write("\nnode list\n")
        guard case .end = await rows.piece(until: nil) else {
            Issue.record("no end")
            return
        }
        #expect(try await input.next() == "node list")
        input.close()
    }

    @Test func anEndInsideAQuoteIsAnErrorAtItsPlace() async throws {
        let items = try await reading("node list\nsql SELECT $$ abc\nnode list\n")
        #expect(items.count == 3)
        #expect(items.first == "node list")
        #expect(items[1].hasPrefix("<stdin>:2:12: error: "), "\(items[1])")
        #expect(items.last == "(end)")
    }

    @Test func afterAnErrorTheNextLineIsRead() async throws {
        let items = try await reading("nod list\nnode list\n")
        #expect(items.count == 3)
        #expect(items.first?.hasPrefix("<stdin>:1:1: error: unknown command") == true)
        #expect(items.dropFirst() == ["node list", "(end)"])
    }

    @Test func linesAreCountedOnThroughTheStream() async throws {
        let input = try PipedCommands()
        input.write("node list\n\n")
        #expect(try await input.next() == "node list")
        input.write("# comment\nrole list\nnod\n")
        #expect(try await input.next() == "role list")
        #expect(try await input.next().hasPrefix("<stdin>:5:1: error: "))
        input.close()
    }

    @Test func aTaskThatIsCancelledWhileItWaitsIsInterrupted() async throws {
        let task = Task {
            let input = try PipedCommands()
            return try await input.next()
        }
        task.cancel()
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.status == .interrupted)
    }

    @Test func whatCanNotBeReadIsSaid() async throws {
        let folder = open("/", O_RDONLY)
        defer { close(folder) }
        let reader = InputReader(descriptor: folder, name: "<stdin>")
        let failure = await #expect(throws: Failure.self) {
            var reader = reader
            return try await reader.next()
        }
        #expect(failure?.message == "<stdin> can't be read: Is a directory")
    }
}

/// A pipe with a reader of commands at its end.
///
/// How much a pipe holds differs between machines (pipe(7), "Pipe capacity"), so that a queue of its own does the writing.
private final class PipedCommands {
    private let reading: Int32
    private let writing: Int32
    private let queue = DispatchQueue(label: "PipedCommands")
    private var isOpen = true
    private var reader: InputReader

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        reading = ends[0]
        writing = ends[1]
        // A test that reads less than was written is no end of all of them.
        signal(SIGPIPE, SIG_IGN)
        reader = InputReader(descriptor: reading, name: "<stdin>")
    }

    deinit {
        close()
        Glibc.close(reading)
    }

    var rows: ArrivingRows? { reader.rows }

    /// How many bytes have been parsed, each as often as it was.
    var parsed: Int { reader.parsed }

    func write(_ text: String) {
        queue.async { [writing] in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }

    func close() {
        if isOpen { queue.async { [writing] in _ = Glibc.close(writing) } }
        isOpen = false
    }

    /// What the reader gives next, as text.
    func next() async throws -> String {
        switch try await reader.next() {
        case .statement(let statement): statement.source.text(statement.span)
        case .failure(let diagnostics): diagnostics.map { $0.text() }.joined()
        case .end: "(end)"
        }
    }
}
