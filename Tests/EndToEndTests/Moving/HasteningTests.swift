import ClusterAccess
import Foundation
import MultiNode
import Sandbox
import Testing

/// `wal_retrieve_retry_interval` on real servers: lowered while chunks are moved, and what it was afterwards, whenever
/// tscl was killed.
@Suite struct HasteningTests {
    @Test func itIsLoweredForAsLongAsSomebodyMovesChunks() async throws {
        try await HasteningTrial.with { trial in
            let first = await trial.access().hastened([trial.node])
            #expect(first.notes == [])
            #expect(try await trial.becomes("100"))
            let isLeft = try await trial.isLeft
            #expect(!isLeft)
            let second = await trial.access().hastened([trial.node])
            #expect(await first.end() == [])
            #expect(try await trial.becomes("100"))
            #expect(await second.end() == [])
            #expect(try await trial.becomes("5000"))
            #expect(try await trial.marks == [])
            #expect(try await trial.system == [])
        }
    }

    /// A tscl that is killed sends nothing more, and its sessions end. So it is with one whose statements are held back
    /// from some statement on.
    @Test(arguments: [nil, "2s", "3000"]) func itIsPutBackWheneverTsclIsKilled(before: String?) async throws {
        try await HasteningTrial.with { trial in
            if let before {
                try await trial.run(
                    "ALTER SYSTEM SET wal_retrieve_retry_interval = '\(before)'", "SELECT pg_reload_conf()")
            }
            let milliseconds = before.map { $0 == "2s" ? "2000" : $0 } ?? "5000"
            #expect(try await trial.becomes(milliseconds))
            let system = try await trial.system
            var (isOver, count) = (false, 0)
            while !isOver {
                let listener = DyingListener(after: count)
                let dying = trial.access(listener)
                _ = await dying.hastened([trial.node]).end()
                await dying.connection.disconnect()
                isOver = !listener.hasDied
                count += 1
                // The locks of its sessions go as soon as the server has noticed their end.
                let isBack = try await eventually {
                    let left = await trial.access().restoreLeftHaste(on: [trial.node])
                    #expect(left.allSatisfy { $0.error == nil })
                    let (now, marks) = (try await trial.system, try await trial.marks)
                    return now == system && marks.isEmpty
                }
                #expect(isBack, "behind \(count) statements")
                #expect(try await trial.becomes(milliseconds), "behind \(count) statements")
            }
            // Each statement of beginning and end was the last of some trial.
            #expect(count > 15)
        }
    }

    @Test func whatAKilledTsclLeftIsToldByCheckAndEndedByCleanup() async throws {
        try await HasteningTrial.with { trial in
            let killed = trial.access()
            _ = await killed.hastened([trial.node])
            #expect(try await trial.becomes("100"))
            try await trial.endSessions()
            #expect(try await trial.isLeft)
            let checked = try await trial.cluster.run("check")
            #expect(checked.output.contains("wal_retrieve_retry_interval is still what a tscl had set"))
            #expect(checked.output.contains("chunk cleanup"))
            let previewed = try await trial.cluster.run("chunk cleanup", "--dry-run")
            #expect(
                previewed.output.contains(
                    "dn1: wal_retrieve_retry_interval, which an earlier move had left lowered, would be put back"))
            let cleaned = try await trial.cluster.run("chunk cleanup")
            #expect(
                cleaned.status == 0
                    && cleaned.output.contains(
                        "dn1: wal_retrieve_retry_interval, which an earlier move had left lowered, is put back")
            )
            #expect(try await trial.becomes("5000"))
            #expect(try await trial.marks == [])
        }
    }

    @Test func whatAKilledTsclLeftIsEndedByTheNextOne() async throws {
        try await HasteningTrial.with { trial in
            let left = await trial.access().hastened([trial.node])
            try await trial.endSessions()
            let next = await trial.access().hastened([trial.node])
            #expect(try await trial.becomes("100"))
            #expect(await next.end() == [])
            #expect(try await trial.becomes("5000"))
            // One whose connection was lost ends all the same.
            #expect(await left.end() == [])
            #expect(try await trial.marks == [])
        }
    }

    /// The mark and the locks are those of a database, and the setting is the server's.
    @Test func severalDatabasesOfAServerPutItBack() async throws {
        try await HasteningTrial.with { trial in
            let added = try await trial.cluster.run(
                "node add beside --host \(trial.node.host) --port \(trial.node.port) --database other")
            #expect(added.status == 0, "\(added)")
            let other = try #require(try await trial.access().nodes().first { $0.name == "beside" })
            for (one, two) in [(trial.node, other), (other, trial.node)] {
                let first = await trial.access().hastened([one])
                let second = await trial.access().hastened([two])
                #expect(first.notes + second.notes == [])
                #expect(try await trial.becomes("100"))
                #expect(await first.end() + second.end() == [])
                #expect(try await trial.becomes("5000"))
                #expect(try await trial.marks + trial.system == [])
            }
            // What was lowered for another database is not what there was before.
            let left = await trial.access().hastened([trial.node])
            try await trial.endSessions()
            #expect(await trial.access().hastened([other]).end() == [])
            #expect(try await trial.system == ["100ms"])
            #expect(await left.end() == [])
            #expect(try await trial.becomes("5000"))
            #expect(try await trial.marks + trial.system == [])
        }
    }

    /// A tscl that is connected to another access node has nothing to do with that database.
    @Test func whatWasLeftForAnotherDatabaseOfAServerIsSeenAndPutBack() async throws {
        try await HasteningTrial.with { trial in
            let added = try await trial.cluster.run(
                "node add beside --host \(trial.node.host) --port \(trial.node.port) --database other")
            #expect(added.status == 0, "\(added)")
            _ = await trial.access().hastened([trial.node])
            try await trial.endSessions()
            let other = try #require(try await trial.access().nodes().first { $0.name == "beside" })
            let found = await trial.access().leftHaste(among: [other])
            #expect(found.map(\.database) == [trial.node.database] && found.allSatisfy { !$0.isOwn })
            // Of two nodes of one server it is told once.
            let all = await trial.access().leftHaste(among: [other, trial.node])
            #expect(all.map(\.node.name) == [trial.node.name])
            let restored = await trial.access().restoreLeftHaste(on: [other], besides: ["beside"])
            #expect(restored.count == 1 && restored.allSatisfy { $0.error == nil })
            #expect(try await trial.becomes("5000"))
            #expect(try await trial.marks + trial.system == [])
        }
    }

    @Test func whatSomebodyElseHasSetMeanwhileStays() async throws {
        try await HasteningTrial.with { trial in
            let hastening = await trial.access().hastened([trial.node])
            try await trial.run("ALTER SYSTEM SET wal_retrieve_retry_interval = '4s'")
            #expect(await hastening.end() == [])
            #expect(try await trial.system == ["4s"])
            #expect(try await trial.marks == [])
        }
    }

    @Test func aShortOneIsLeftAsItIs() async throws {
        try await HasteningTrial.with { trial in
            try await trial.run("ALTER SYSTEM SET wal_retrieve_retry_interval = '500ms'", "SELECT pg_reload_conf()")
            #expect(try await trial.becomes("500"))
            let hastening = await trial.access().hastened([trial.node])
            #expect(hastening.notes == [])
            #expect(try await trial.marks == [])
            #expect(await hastening.end() == [])
            #expect(try await trial.system == ["500ms"])
        }
    }

    @Test func aNodeThatIsNotReachedOnlyTakesLonger() async throws {
        try await HasteningTrial.with { trial in
            try await trial.cluster.sandbox.kill("dn1")
            let hastening = await trial.access().hastened([trial.node])
            #expect(hastening.notes.count == 1)
            #expect(await hastening.end() == [])
        }
    }
}
