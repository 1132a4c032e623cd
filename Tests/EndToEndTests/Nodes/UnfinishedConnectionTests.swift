import Glibc
import Testing

/// The process ends while a thread of it is still connecting, which nobody can stop.
@Suite(.timeLimit(.minutes(2))) struct UnfinishedConnectionTests {
    /// As the libraries' destructors ran, one of seven crashed.
    @Test func aThreadThatComputesItsProofDoesNotCrashTheEnd() async throws {
        let server = try SlowProofServer()
        defer { server.close() }
        var program = Program()
        program.environment["PGPASSWORD"] = "x"
        let arguments = [
            "-h", "127.0.0.1", "-p", String(server.port), "-U", "u", "-d", "d", "--timeout", "300ms", "node", "list",
        ]
        let results = try await withThrowingTaskGroup(of: [Program.Result].self) { group in
            for _ in 0..<4 {
                group.addTask { [program] in
                    var results: [Program.Result] = []
                    for _ in 0..<8 { results.append(try await program.run(arguments)) }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(results.allSatisfy { $0.status == 3 && $0.errors.contains("no answer in time") }, "\(results)")
        #expect(server.asked > 0)
    }

    @Test func norDoesASignalMeanwhile() async throws {
        let server = try SlowProofServer()
        defer { server.close() }
        var program = Program()
        program.environment["PGPASSWORD"] = "x"
        let running = try program.start([
            "-h", "127.0.0.1", "-p", String(server.port), "-U", "u", "-d", "d", "node", "list",
        ])
        #expect(await eventually { server.asked > 0 })
        running.signal(SIGTERM)
        #expect(await running.end(patience: 30).status == 130)
    }
}
