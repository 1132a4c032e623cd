import Sandbox
import Testing

struct InstallationTests {
    static let offered = [
        "timescaledb.control", "timescaledb--2.9.3.sql", "timescaledb--2.13.1.sql", "timescaledb--2.9.3--2.13.1.sql",
        "timescaledb--2.14.2.sql", "timescaledb--1.7.5.sql", "dblink.control",
    ]
    static let libraries = ["timescaledb.so", "timescaledb-2.9.3.so", "timescaledb-2.13.1.so", "timescaledb-2.14.2.so"]

    @Test("the newest version that still has multi-node is used, by number and not by letter")
    func newest() {
        let version = Installation.timescaleVersion(
            postgresVersion: 15, extensions: Self.offered, libraries: Self.libraries)
        #expect(version == "2.13.1")
    }

    @Test("a script without its library doesn't count")
    func noLibrary() {
        let libraries = Self.libraries.filter { !$0.contains("2.13.1") }
        let version = Installation.timescaleVersion(postgresVersion: 15, extensions: Self.offered, libraries: libraries)
        #expect(version == "2.9.3")
    }

    @Test("PostgreSQL 16 has no multi-node, nor has a server without the loader or with later versions only")
    func none() {
        func version(_ postgres: Int, _ extensions: [String], _ libraries: [String]) -> String? {
            Installation.timescaleVersion(postgresVersion: postgres, extensions: extensions, libraries: libraries)
        }
        #expect(version(16, Self.offered, Self.libraries) == nil)
        #expect(version(15, Self.offered, Array(Self.libraries.dropFirst())) == nil)
        #expect(version(15, Array(Self.offered.dropFirst()), Self.libraries) == nil)
        #expect(version(15, ["timescaledb.control", "timescaledb--2.14.2.sql"], Self.libraries) == nil)
    }

    @Test("the environment decides only where the choice was left open")
    func environment() throws {
        #expect(try EngineChoice.automatic.resolved(environment: nil) == .automatic)
        #expect(try EngineChoice.automatic.resolved(environment: "emulator") == .emulator)
        #expect(try EngineChoice.timescaledb.resolved(environment: "emulator") == .timescaledb)
        let error = #expect(throws: SandboxError.self) { try EngineChoice.automatic.resolved(environment: "Emulator") }
        #expect(error?.kind == .usage)
    }
}
