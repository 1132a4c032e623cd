import Foundation
import Postgres
import SystemPackage
@testable import Sandbox
import Testing

/// A sandbox for one test, gone afterwards, whatever becomes of the test.
func withSandbox<Result: Sendable>(
    _ name: String = uniqueName(), dataNodes: Int = 1, directory: String = unusedFolder(),
    authentication: Authentication? = nil, loopback: Bool = false, engine: EngineChoice = .automatic,
    _ body: @Sendable (Sandbox) async throws -> Result
) async throws -> Result {
    let sandbox = try await Sandbox.up(
        .init(
            caretaker: tscl, name: name, dataNodes: dataNodes, directory: directory, authentication: authentication,
            loopback: loopback, engine: engine, dieWithParent: true),
        progress: { _ in })
    let result: Result
    do {
        result = try await body(sandbox)
    } catch {
        try await sandbox.down(purge: true)
        throw error
    }
    try await sandbox.down(purge: true)
    return result
}

/// A sandbox for the tests that leave it as it was. It goes with the test process.
enum SharedSandbox {
    private static let making = Task {
        try await Sandbox.up(
            .init(caretaker: tscl, name: uniqueName(), dataNodes: 1, directory: unusedFolder(), dieWithParent: true),
            progress: { _ in })
    }

    /// The sandbox, with all its servers running, whatever the test before has left.
    static func use() async throws -> Sandbox {
        let sandbox = try await making.value
        for (node, state) in sandbox.status() {
            switch state {
            case .running: break
            case .stopped: try await sandbox.start(node.name)
            case .frozen: try await sandbox.thaw(node.name)
            }
        }
        return sandbox
    }
}

/// The program, which lies beside the tests' own.
let tscl = FilePath(CommandLine.arguments[0]).removingLastComponent().appending("tscl").string

/// A name that no other test has, in this run or another that goes on at the same time.
func uniqueName() -> String {
    "test-\(getpid())-\(UInt32.random(in: .min ... .max))"
}

/// The engines that this machine can offer.
let engines: [EngineChoice] = [.timescaledb, .emulator].filter { (try? Installation.find(for: $0)) != nil }

extension Sandbox {
    /// Runs one statement on a node and gives its rows.
    @discardableResult
    func query(
        _ node: String, _ sql: String, _ values: [String?] = [], database: String = "postgres",
        timeout: Duration = .seconds(30)
    ) async throws -> [[String?]] {
        let node = try #require(nodes.first { $0.name == node })
        let connection = try await Connection.open(parameters(for: node, database: database), timeout: timeout)
        do {
            let result = try await connection.execute(sql, values, timeout: timeout)
            await connection.close()
            return result.rows
        } catch {
            await connection.close()
            throw error
        }
    }

    func state(of node: String) -> ServerState? {
        status().first { $0.0.name == node }?.1
    }

    func dataNodesAdded() async throws {
        for node in nodes where node.role == .data {
            try await query(
                "an1", "SELECT add_data_node($1, host => $2, port => $3::int)",
                [node.name, listensOnLoopback ? "127.0.0.1" : node.socketDirectory, "\(node.port)"],
                database: Sandbox.databaseName)
        }
    }
}

/// The processes that work in a folder or below it, by this test's own reading of /proc.
func processes(in folder: String) -> [Int32] {
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
        guard let id = Int32(name), let cwd = try? files.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd"),
            cwd.hasPrefix(folder)
        else { return nil }
        return id
    }
}

/// Waits for a condition, at most half a minute.
func eventually(_ condition: () throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) { continuation.resume() }
        }
    }
    return true
}

/// The path of a folder that doesn't exist yet, where the servers' user gets to; in memory where that is possible.
func unusedFolder() -> String {
    let parent = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    return "\(parent)/tscl-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
}
