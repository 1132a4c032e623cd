import Platform
import Postgres
import Testing

/// Rows that are taken as they come in.
@Suite(.onAServer) struct RowTakerTests {
    let server: TestServer

    init() async throws {
        server = try await TestServer.shared.value
    }

    @Test func rowsThatSomebodyTakesAreNotKept() async throws {
        let connection = try await server.connect()
        let taker = Taker()
        let query = "SELECT i AS a, NULL AS b, '' AS c FROM generate_series(1, 3) i"
        let result = try await connection.execute(query, rowTaker: taker)
        #expect(result.rows.isEmpty && result.commandTag == "SELECT 3")
        #expect(taker.columns == [["a", "b", "c"]])
        #expect(taker.rows == [["1", nil, ""], ["2", nil, ""], ["3", nil, ""]])
        #expect(try await connection.execute(query).rows.count == 3)
    }

    @Test func columnsAreToldWithoutRows() async throws {
        let connection = try await server.connect()
        let taker = Taker()
        _ = try await connection.execute("SELECT 1 AS a WHERE false", rowTaker: taker)
        _ = try await connection.execute("CREATE TEMP TABLE without_rows (i int)", rowTaker: taker)
        #expect(taker.columns == [["a"]] && taker.rows.isEmpty)
    }

    @Test(arguments: [RowRoom.unwanted, .cancelled, .timedOut])
    func noRowComesBehindTheLastThatThereIsRoomFor(_ room: RowRoom) async throws {
        let connection = try await server.connect()
        let taker = Taker(size: 10, room)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT generate_series(1, 100000000)", rowTaker: taker)
        }
        let kinds: [RowRoom: PostgresError.Kind] = [
            .unwanted: .unwanted, .cancelled: .cancelled, .timedOut: .timedOut,
        ]
        #expect(error?.kind == kinds[room])
        #expect(taker.rows.count <= 10)
        #expect(try await connection.execute("SELECT 1").rows == [["1"]])
    }

    @Test func whatCameBeforeAnErrorWasTaken() async throws {
        let connection = try await server.connect()
        let taker = Taker()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT 1 / (3 - i) FROM generate_series(1, 9) i", rowTaker: taker)
        }
        #expect(error?.sqlstate == "22012")
        #expect(taker.rows == [["0"], ["1"]])
    }

    /// Rows that were handed on are no part of what the answer takes in memory.
    @Test func theLimitOfAnAnswerIsNoneForRowsThatAreTaken() async throws {
        let connection = try await server.connect()
        await connection.limitAnswers(to: 1 << 20)
        let taker = Taker(size: 100, .made, keeps: false)
        let query = "SELECT repeat('x', 1000) FROM generate_series(1, 20000)"
        #expect(try await connection.execute(query, rowTaker: taker).commandTag == "SELECT 20000")
        let error = await #expect(throws: PostgresError.self) { try await connection.execute(query) }
        #expect(error?.kind == .usage)
    }
}

private final class Taker: RowTaker {
    private struct State {
        var columns: [[String]] = []
        var rows: [[String?]] = []
        var count = 0
    }

    private let state = Lock(State())
    private let size: Int
    private let room: RowRoom
    private let keeps: Bool

    /// - Parameters:
    ///   - size: how many rows there is room for.
    ///   - room: what comes of making more.
    init(size: Int = .max, _ room: RowRoom = .made, keeps: Bool = true) {
        (self.size, self.room, self.keeps) = (size, room, keeps)
    }

    var columns: [[String]] { state.withLock { $0.columns } }
    var rows: [[String?]] { state.withLock { $0.rows } }

    func begin(_ columns: [QueryResult.Column]) { state.withLock { $0.columns.append(columns.map(\.name)) } }

    func take(_ row: ReceivedRow) -> Bool {
        let values = (0..<row.count).map { row.text($0) }
        return state.withLock { state in
            if keeps { state.rows.append(values) }
            state.count += 1
            return state.count >= size
        }
    }

    func makeRoom(until deadline: EventLoop.Instant?) async -> RowRoom {
        state.withLock { state in
            defer { state.count = 0 }
            return state.count >= size ? room : .made
        }
    }
}
