import MultiNode
import Testing

/// What is done with `wal_retrieve_retry_interval`, by what is found.
@Suite struct RetryIntervalTests {
    private func interval(
        _ milliseconds: Int = 5000, source: String = "default", system: String? = nil, marked: String? = nil
    ) -> RetryInterval {
        RetryInterval(row: [
            "milliseconds": String(milliseconds), "source": source, "system": system, "marked": marked,
            "file": system == nil ? nil : "/data/postgresql.auto.conf", "database": "my dist",
        ])
    }

    private func lowering(_ interval: RetryInterval) -> [String] {
        guard case .lower(let statements) = interval.beginning else { return [] }
        return statements.map(\.text)
    }

    @Test func theMarkIsMadeBeforeTheChangeAndRemovedBehindItsEnd() {
        #expect(
            lowering(interval()) == [
                "SET synchronous_commit = local",
                #"ALTER DATABASE "my dist" SET tscl.wal_retrieve_retry_interval = ''"#,
                "ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'", "SELECT pg_catalog.pg_reload_conf()",
            ])
        #expect(
            interval(100, system: "100ms", marked: "").end.map(\.text) == [
                "SET synchronous_commit = local", "ALTER SYSTEM RESET wal_retrieve_retry_interval",
                "SELECT pg_catalog.pg_reload_conf()",
                #"ALTER DATABASE "my dist" RESET tscl.wal_retrieve_retry_interval"#,
            ])
    }

    @Test func whatAlterSystemHadSetIsKept() {
        #expect(lowering(interval(2000, system: "2s"))[1].hasSuffix("= '2s'"))
        let end = interval(100, system: "100ms", marked: "2s").end.map(\.text)
        #expect(end.contains("ALTER SYSTEM SET wal_retrieve_retry_interval = '2s'"))
    }

    @Test func aShortOneIsLeftAndOneOfTheCommandLineCanNotBeChanged() {
        #expect(interval(1000, source: "configuration file").beginning == .leave)
        #expect(interval(100, system: "100ms").beginning == .leave)
        #expect(interval(5000, source: "command line").beginning == .fixed)
        #expect(interval(1000, source: "command line").beginning == .leave)
        #expect(interval().end.isEmpty)
    }

    @Test func itIsSharedByAllThatMoveChunks() {
        #expect(interval(100, system: "100ms", marked: "").beginning == .share)
    }

    /// Killed between the mark and the change, or behind the change back; or somebody has changed it since.
    @Test func aMarkOfWhatIsNoLongerSoIsMadeAnewOrRemoved() {
        #expect(lowering(interval(2000, system: "2s", marked: "3s"))[1].hasSuffix("= '2s'"))
        let end = interval(2000, system: "2s", marked: "3s").end.map(\.text)
        #expect(!end.contains { $0.hasPrefix("ALTER SYSTEM") })
        #expect(end.last?.hasPrefix("ALTER DATABASE") == true)
        // The server was perhaps not told yet.
        #expect(end.contains("SELECT pg_catalog.pg_reload_conf()"))
    }

    @Test func aSessionThatHasNotHeardOfTheResetYetIsNoReasonToLeaveIt() {
        let stale = RetryInterval(row: [
            "milliseconds": "100", "source": "configuration file", "file": "/data/postgresql.auto.conf",
            "database": "d",
        ])
        #expect(!lowering(stale).isEmpty)
    }
}
