import MultiNode
import Testing

@Suite struct CapabilitiesTests {
    @Test func rolesFollowFromWhatIsThere() {
        #expect(Servers.version20.role == .accessNode)
        #expect(Servers.version213.role == .accessNode)
        #expect(Servers.plain.role == .plain)
        #expect(Servers.dataNode.role == .dataNode)
        #expect(Servers.none.role == .withoutExtension)
        #expect(Servers.version214.role == .multiNodeRemoved(version: "2.14.0"))
        #expect(Servers.postgres16.role == .multiNodeRemoved(version: "2.13.1"))
        #expect(Servers.emulated.role == .accessNode)
        #expect(Servers.emulated.isEmulated)
        #expect(!Servers.version213.isEmulated)
    }

    @Test func refusalsAreOneSentence() {
        #expect(Servers.version213.refusal == nil)
        #expect(Servers.plain.refusal == nil)
        #expect(Servers.emulated.refusal == nil)
        #expect(
            Servers.dataNode.refusal
                == "database dist is a data node of another access node; connect to the access node")
        #expect(
            Servers.none.refusal
                == "database dist has no TimescaleDB; multi-node needs the extension timescaledb, 2.0 to 2.13")
        #expect(Servers.version214.refusal == "TimescaleDB 2.14.0 has no multi-node; it was removed in 2.14")
        #expect(
            Servers.postgres16.refusal
                == "there is no multi-node on PostgreSQL 16; it needs PostgreSQL 11 to 15 with TimescaleDB 2.0 to 2.13")
        #expect(
            Servers.capabilities("1.7.5", functions: [], nodes: 0).refusal
                == "TimescaleDB 1.7.5 has no multi-node yet; it is in 2.0 to 2.13")
    }

    @Test(arguments: [
        (Servers.version20, "_timescaledb_internal", "_timescaledb_internal"),
        (Servers.version231, "_timescaledb_internal", "_timescaledb_internal"),
        (Servers.version24, "_timescaledb_internal", "timescaledb_experimental"),
        (Servers.version291, "_timescaledb_internal", "timescaledb_experimental"),
        (Servers.version212, "_timescaledb_functions", "timescaledb_experimental"),
        (Servers.version213, "_timescaledb_functions", "timescaledb_experimental"),
    ])
    func schemas(_ server: Capabilities, functions: String, chunks: String) {
        #expect(server.functionsSchema == functions)
        #expect(server.chunksSchema == chunks)
        #expect(server.extensionSchema == "public")
    }

    @Test func theExtensionMayBeInAnySchema() {
        let functions = Servers.functionsOf213.map {
            $0.hasPrefix("public.") ? "my.schema." + $0.dropFirst("public.".count) : $0
        }
        #expect(Servers.capabilities("2.13.1", functions: functions).extensionSchema == "my.schema")
    }

    @Test func capabilitiesByVersion() {
        #expect(![Servers.version20, Servers.version231, Servers.version24].contains { $0.canAlterNode })
        #expect(
            [Servers.version291, Servers.version212, Servers.version213, Servers.emulated].allSatisfy {
                $0.canAlterNode
            })
        #expect(!Servers.version20.canCreateRestorePoint && Servers.version231.canCreateRestorePoint)
        #expect(!Servers.version231.canCopyChunks && Servers.version24.canCopyChunks)
        #expect(!Servers.version24.canDropDatabase && Servers.version291.canDropDatabase)
        #expect(!Servers.version291.dropsDatabaseSafely && Servers.version212.dropsDatabaseSafely)
        #expect(!Servers.version291.canKeepPartitions && Servers.version212.canKeepPartitions)
        #expect(!Servers.version291.canPingWithTimeout && Servers.version213.canPingWithTimeout)
    }

    @Test func factsAreRead() {
        let server = Servers.version213
        #expect(server.isSuperuser && !server.isInRecovery)
        #expect(server.maxPreparedTransactions == 150 && server.maxConnections == 100)
        #expect(server.walLevel == "replica" && server.sharedPreloadLibraries == "timescaledb")
        #expect(
            server.server == ServerIdentity(started: "2026-11-01 10:00:00.123456", folder: "/data")
                && server.distributedID == "86ffe0bd")
        #expect(server.encoding == "UTF8" && server.collation == "C.UTF-8")
    }
}
