import Platform
import Postgres
import Testing
import Conditions

@Suite(.onAServer) struct CopyTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    /// Pipes what one statement sends into another one.
    private func pipe(
        _ source: Connection, _ query: String, to target: Connection, _ copy: String
    ) async throws(PostgresError) -> QueryResult {
        try await target.copyIn(copy) { () async throws(PostgresError) in
            _ = try await source.copyOut(query) { piece throws(PostgresError) in try await target.put(piece) }
        }
    }

    @Test func whatOneSendsTheOtherGets() async throws {
        let source = try await server.connect()
        let target = try await server.connect()
        _ = try await target.execute("CREATE TEMP TABLE copied (i int, t text)")
        let query = "SELECT i, repeat('é', i % 700) FROM generate_series(1, 20000) i"
        let result = try await pipe(
            source, "COPY (\(query)) TO STDOUT (FORMAT binary)", to: target, "COPY copied FROM STDIN (FORMAT binary)")
        #expect(result.commandTag == "COPY 20000")
        let sum = "SELECT count(*), sum(hashtextextended(ROW(i, t)::text, 0))::text FROM"
        let expected = try await source.execute("\(sum) (\(query)) AS q (i, t)").rows
        #expect(try await target.execute("\(sum) copied").rows == expected)
    }

    @Test func piecesEndWhereRowsEnd() async throws {
        let source = try await server.connect()
        let pieces = Lock<[[UInt8]]>([])
        let result = try await source.copyOut("COPY (SELECT i FROM generate_series(1, 200000) i) TO STDOUT") { piece in
            pieces.withLock { $0.append(piece) }
        }
        #expect(result.commandTag == "COPY 200000")
        let all = pieces.withLock { $0 }
        #expect(all.count > 1)
        #expect(all.allSatisfy { $0.last == UInt8(ascii: "\n") })
        #expect(all.joined().filter { $0 == UInt8(ascii: "\n") }.count == 200_000)
    }

    @Test func fullPiecesAreFullButTheLast() async throws {
        let source = try await server.connect()
        let sizes = Lock<[Int]>([])
        let query = "COPY (SELECT repeat('x', 99) FROM generate_series(1, 20000)) TO STDOUT"
        let result = try await source.copyOut(query, inFullPieces: true) { piece in
            sizes.withLock { $0.append(piece.count) }
        }
        #expect(result.commandTag == "COPY 20000")
        let all = sizes.withLock { $0 }
        #expect(all.reduce(0, +) == 2_000_000)
        #expect(all.dropLast().allSatisfy { (128 << 10..<(128 << 10) + 100).contains($0) }, "\(all)")
    }

    @Test func anErrorOfTheSourceLeavesNothing() async throws {
        let source = try await server.connect()
        let target = try await server.connect()
        _ = try await target.execute("CREATE TEMP TABLE copied (i int)")
        let error = await #expect(throws: PostgresError.self) {
            try await pipe(
                source, "COPY (SELECT 1 / (50000 - i) FROM generate_series(1, 100000) i) TO STDOUT", to: target,
                "COPY copied FROM STDIN")
        }
        #expect(error?.sqlstate == "22012")
        #expect(try await target.execute("SELECT count(*) FROM copied").rows == [["0"]])
        #expect(try await source.execute("SELECT 1").rows == [["1"]])
    }

    @Test func anErrorOfTheTargetIsTold() async throws {
        let source = try await server.connect()
        let target = try await server.connect()
        _ = try await target.execute("CREATE TEMP TABLE copied (i int CHECK (i <> 77))")
        let error = await #expect(throws: PostgresError.self) {
            try await pipe(
                source, "COPY (SELECT i FROM generate_series(1, 300000) i) TO STDOUT", to: target,
                "COPY copied FROM STDIN")
        }
        #expect(error?.sqlstate == "23514")
        #expect(try await target.execute("SELECT count(*) FROM copied").rows == [["0"]])
        #expect(try await source.execute("SELECT 1").rows == [["1"]])
    }

    @Test(arguments: ["SELECT 1", "CREATE TEMP TABLE t1 (i int)", "COPY pg_class FROM STDIN WHERE true", "nonsense"])
    func anotherStatementIsNoCopyToHere(_ statement: String) async throws {
        let connection = try await server.connect()
        await #expect(throws: PostgresError.self) { try await connection.copyOut(statement) { _ in } }
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test(arguments: ["SELECT 1", "COPY pg_class TO STDOUT", "nonsense"])
    func anotherStatementIsNoCopyFromHere(_ statement: String) async throws {
        let connection = try await server.connect()
        await #expect(throws: PostgresError.self) { try await connection.copyIn(statement) {} }
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test(arguments: [false, true]) func cancellingStopsBothSides(inFullPieces: Bool) async throws {
        let source = try await server.connect()
        let target = try await server.connect()
        _ = try await target.execute("CREATE TEMP TABLE copied (i int)")
        let arrived = Lock(0)
        let task = Task {
            try await target.copyIn("COPY copied FROM STDIN") { () async throws(PostgresError) in
                let query = "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT"
                _ = try await source.copyOut(query, inFullPieces: inFullPieces) { piece throws(PostgresError) in
                    arrived.withLock { $0 += piece.count }
                    try await target.put(piece)
                }
            }
        }
        #expect(await eventually { arrived.withLock { $0 > 1 << 20 } })
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(try await target.execute("SELECT count(*) FROM copied").rows == [["0"]])
        #expect(try await source.execute("SELECT 1").rows == [["1"]])
    }

    @Test func aBrokenSourceIsTold() async throws {
        let observer = try await server.connect()
        let source = try await server.connect()
        let target = try await server.connect()
        _ = try await target.execute("CREATE TEMP TABLE copied (i int)")
        let error = await #expect(throws: PostgresError.self) {
            try await target.copyIn("COPY copied FROM STDIN") { () async throws(PostgresError) in
                _ = try await source.copyOut("COPY (SELECT generate_series(1, 1000000000)) TO STDOUT") {
                    piece throws(PostgresError) in
                    _ = try await observer.execute("SELECT pg_terminate_backend(\(source.info.backendPID))")
                    try await target.put(piece)
                }
            }
        }
        #expect(error?.kind == .connectionLost)
        #expect(try await target.execute("SELECT count(*) FROM copied").rows == [["0"]])
    }
}
