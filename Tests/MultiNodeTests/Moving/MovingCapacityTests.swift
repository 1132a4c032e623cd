import MultiNode
import Testing

/// How many copies a server takes part in at once, by its settings.
@Suite struct MovingCapacityTests {
    @Test func theServersDefaultsAllowTwoCopiesToANodeAndFiveFromIt() {
        let limits = MovingLimits(MovingFixture.facts())
        #expect(limits.destination == 2)
        #expect(limits.destinationBound == "max_logical_replication_workers is 4")
        #expect(limits.source == 5)
    }

    @Test(arguments: [
        ("max_logical_workers", "1", "max_logical_replication_workers = 2"),
        ("max_logical_workers", "0", "max_logical_replication_workers = 2"),
        ("max_processes", "4", "max_worker_processes = 5"),
        ("max_slots", "1", "max_replication_slots = 2"),
        ("logical_workers", "3", "max_logical_replication_workers = 5"),
        ("origins", "9", "max_replication_slots = 11"),
        ("max_sync_workers", "0", "max_sync_workers_per_subscription = 2"),
    ])
    func aDestinationThatWouldHangTakesNone(column: String, value: String, setting: String) {
        let capacity = MovingCapacity(MovingFixture.facts([column: value]), as: .destination)
        #expect(capacity.copies == 0)
        #expect(capacity.remedy(for: 1).contains("ALTER SYSTEM SET \(setting), and "), "\(capacity.remedy(for: 1))")
    }

    @Test(arguments: [
        ("max_slots", "1", "max_replication_slots = 2"), ("slots", "9", "max_replication_slots = 11"),
        ("max_senders", "1", "max_wal_senders = 2"), ("senders", "10", "max_wal_senders = 12"),
    ])
    func aSourceThatWouldHangGivesNone(column: String, value: String, setting: String) {
        let capacity = MovingCapacity(MovingFixture.facts([column: value]), as: .source)
        #expect(capacity.copies == 0)
        #expect(capacity.remedy(for: 1).contains("ALTER SYSTEM SET \(setting), and restart it"))
    }

    /// Of those that a server has no place for some want one: the remedy is to be followed once.
    @Test func whatHadNoPlaceIsCounted() {
        let facts = MovingFixture.facts(["max_processes": "1", "processes": "1"])
        let capacity = MovingCapacity(facts, as: .destination)
        #expect(capacity.bound == "max_worker_processes is 1, of which 1 is in use")
        #expect(capacity.remedy(for: 1).contains("max_worker_processes = 5,"))
    }

    @Test func whatIsInUseIsNotFree() {
        let capacity = MovingCapacity(
            MovingFixture.facts([
                "max_logical_workers": "20", "max_processes": "40", "max_slots": "40", "logical_workers": "5",
            ]),
            as: .destination)
        #expect(capacity.copies == 7)
        #expect(capacity.bound == "max_logical_replication_workers is 20, of which 5 are in use")
    }

    @Test func moreInUseThanThereMayBeIsNoNegativeNumber() {
        let facts = MovingFixture.facts(["max_slots": "2", "slots": "5"])
        #expect(MovingCapacity(facts, as: .source).copies == 0)
    }

    @Test func theWritersAndPreparedTransactionsAreReadInTheirOrder() {
        let facts = MovingFixture.facts([
            "writer_pids": "{7,8}", "writer_ages": "{90,-1}", "writer_begins": #"{"2026-11-28 22:10:00",""}"#,
            "writer_databases": "{dist,other}", "writer_applications": #"{"load job",""}"#, "writer_users": "{app,x}",
            "writer_states": #"{"idle in transaction",""}"#,
            "prepared_gids": "{ts-1-700-16385-10,mine}", "prepared_ages": "{30,4}", "prepared_databases": "{dist,dist}",
        ])
        #expect(
            facts.writers.map(\.text) == [
                "a transaction of app (load job) in dist, process 7, open since 2026-11-28 22:10:00",
                "a transaction of x in other, process 8",
            ])
        #expect(facts.writers.map(\.seconds) == [90, nil])
        #expect(facts.prepared.map(\.isDistributed) == [true, false])
    }
}
