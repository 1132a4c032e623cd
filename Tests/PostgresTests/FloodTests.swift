import Platform
import Postgres
import Testing

/// A server that sends without end, and what is kept of it.
@Suite struct FloodTests {
    /// What follows a query, for ever.
    private static let floods: [(name: String, first: [UInt8], rest: [UInt8])] = [
        ("rows", message("T", columns), message("D", [0, 1] + number(1000) + [UInt8](repeating: 0x61, count: 1000))),
        ("rows of nothing", message("T", columns), message("D", [0, 1] + number(-1))),
        ("one value", message("T", columns) + [0x44] + number(1 << 30) + [0, 1] + number((1 << 30) - 10), [0x61]),
        (
            "one value, and no message after it",
            message("T", columns) + [0x44] + number(5 << 20) + [0, 1] + number((5 << 20) - 10), [0x61]
        ),
        ("parameters", [], message("S", Array("name\0value\0".utf8))),
        ("notices", [], message("N", Array("SNOTICE\0VNOTICE\0C00000\0Mthere is more\0\0".utf8))),
        ("notifications", [], message("A", number(1) + Array("channel\0payload\0".utf8))),
    ]
    private static let columns: [UInt8] =
        [0, 1] + Array("a\0".utf8) + number(0) + [0, 0] + number(25) + [0xFF, 0xFF]
        + number(-1) + [0, 0]

    @Test(arguments: floods.map(\.name)) func theAnswerIsGivenUp(_ name: String) async throws {
        let flood = try #require(Self.floods.first { $0.name == name })
        let told = Lock(0)
        let server = try FloodingServer(flood.first, flood.rest)
        let connection = try await Connection.open(server.parameters, timeout: .seconds(10)) { _ in
            told.withLock { $0 += 1 }
        }
        await connection.limitAnswers(to: 4 << 20)
        do {
            let answer = try await connection.execute("SELECT 1")
            Issue.record("no error, but \(answer.rows.count) rows")
        } catch {
            #expect(error.kind == .connectionLost, "\(error)")
            #expect(error.message.hasPrefix("the answer was given up: it takes more than 4 MB of memory"), "\(error)")
            #expect(error.hint?.contains("tscl --max-answer 8 ") == true)
        }
        #expect(told.withLock { $0 } <= 10_001)
    }

    private static func message(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Array(type.utf8) + number(Int32(body.count + 4)) + body
    }

    private static func number(_ number: Int32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
}
