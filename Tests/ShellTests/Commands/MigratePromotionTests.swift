import CannedServers
import MultiNode
import Rendering
import Shell
import Testing

/// What the verbs say while a data node is, or was, promoted.
@Suite struct MigratePromotionTests {
    private let canned = CannedCluster()

    init() {
        canned[CannedCluster.accessNode].answer(
            MigrationStore.state, .rows([["has_target": "f", "has_tables": "f", "has_promotion": "t"]]))
        record()
    }

    private func record(isEnding: Bool = false) {
        canned[CannedCluster.accessNode].answer(
            PromotionStore.list,
            .rows([
                [
                    "cluster": "c1", "node": "dn1", "node_uuid": "u1", "database": "dist", "schemas": "{public}",
                    "names": "{metrics}", "undo": "{}", "is_ending": isEnding ? "t" : "f",
                ]
            ]))
    }

    @Test(arguments: ["copy", "cutover metrics --yes"]) func nothingIsCopied(verb: String) async throws {
        let answer = try await ShellTrial(canned).run("migrate \(verb)")
        #expect(answer.status == .failed && answer.messages.contains("dn1 is promoted: nothing is copied"), "\(answer)")
    }

    /// Its rows are on no other node, so that what these ask for can't be had: it is not to be taken for done.
    @Test(arguments: ["--copy-back", "--lose-new-rows"])
    func noNewRowsAreLeftOrCopiedBack(option: String) async throws {
        let answer = try await ShellTrial(canned).run("migrate undo all \(option) --yes")
        #expect(answer.status == .failed && answer.messages.contains("neither copied back nor left"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("UPDATE tscl_migrate.promotion") })
    }

    @Test func noOtherWayBegins() async throws {
        for claim in [
            MigrationClaim.takeBeginning, MigrationClaim.releaseBeginning, MigrationClaim.takeCluster,
            MigrationClaim.releaseCluster,
        ] { canned[CannedCluster.accessNode].answer(claim, .value("t")) }
        let answer = try await ShellTrial(canned).run("migrate start metrics")
        #expect(answer.status == .failed && answer.messages.contains("leaves by one way at a time"), "\(answer)")
    }

    @Test func theWayBackEndsOnlyBehindAVerify() async throws {
        let answer = try await ShellTrial(canned).run("migrate finish all --yes")
        #expect(answer.status == .failed && answer.messages.contains("'migrate verify'"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("DROP") })
    }

    /// What was stopped in its end goes on to it, and nowhere else.
    @Test(arguments: ["undo all --yes", "verify", "start --promote dn1 --yes"])
    func fromItsEndNoWayLeadsBack(verb: String) async throws {
        record(isEnding: true)
        let answer = try await ShellTrial(canned).run("migrate \(verb)")
        #expect(answer.status == .failed, "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("UPDATE tscl_migrate.promotion") })
    }

    /// What would mend the cluster otherwise would lead back to the rows of the others.
    @Test(arguments: [false, true]) func statusLeadsToTheVerbsThatEndIt(isEnding: Bool) async throws {
        canned[CannedCluster.accessNode].answer(
            ClusterCounts.query(CannedCluster.capabilities),
            .rows([CannedCluster.counts(underReplicated: 3, isMigrating: true)]))
        record(isEnding: isEnding)
        canned["dn1"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", cluster: nil, inDoubt: 1)]))
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2", inDoubt: 1)]))
        let answer = try await ShellTrial(canned) { $0.format = .json }.run("status")
        #expect(answer.status == .notHealthy && answer.messages.contains("dn1 (promoted)"), "\(answer)")
        #expect(answer.data.contains(#""command":"migrate status""#), "\(answer)")
        for other in ["heal all", "hypertable repair", "node "] {
            #expect(!answer.data.contains("\"command\":\"\(other)"), "\(answer)")
        }
    }

    /// All tables go together: another name is a slip.
    @Test(arguments: ["undo typo", "finish typo --drop-old", "finish metrics typo --drop-old", "verify typo"])
    func anotherNameIsRefused(verb: String) async throws {
        let answer = try await ShellTrial(canned).run("migrate \(verb)\(verb.hasPrefix("verify") ? "" : " --yes")")
        #expect(
            answer.status != .done && answer.messages.contains("typo is no table of dn1")
                && answer.messages.contains("is for metrics"), "\(answer)")
    }

    /// Half of it would be done in a transaction that then ends otherwise.
    @Test(arguments: ["undo all --yes", "finish all --drop-old --yes", "verify"])
    func noneIsInAnOpenTransaction(verb: String) async throws {
        let answer = try await ShellTrial(canned).run("sql BEGIN; migrate \(verb)")
        #expect(answer.status != .done && answer.messages.contains("transaction"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("tscl_migrate.promotion") }, "\(canned.toAccessNode)")
    }

    /// What another session did while this one asked for a confirmation counts.
    @Test(arguments: ["undo all --yes", "finish all --drop-old --yes"])
    func theRecordIsReadAgainBehindTheConfirmation(verb: String) async throws {
        var record: [String: String?] = [
            "cluster": "c1", "node": "dn1", "node_uuid": "u1", "database": "dist", "schemas": "{public}",
            "names": "{metrics}", "undo": "{}", "fenced_at": "2024-01-01", "verified_at": "2024-01-02",
        ]
        let before = record
        record["fenced_at"] = "2024-02-01"
        canned[CannedCluster.accessNode].answer(PromotionStore.list, .rows([before]), .rows([record]))
        canned[CannedCluster.accessNode].answer(MigrationClaim.takeCluster, .rows([["is_taken": "t"]]))
        canned[CannedCluster.accessNode].answer(OtherRelation.list, .rows([]))
        let answer = try await ShellTrial(canned).run("migrate \(verb)")
        #expect(answer.status == .failed && answer.messages.contains("by another session meanwhile"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("database => ") || $0.hasPrefix("DROP") })
    }

    /// Its entry is what leads to its record, and keeps the access node from its rows.
    @Test(arguments: ["delete dn1 --force --yes", "alter dn1 --database other", "detach dn1 --force --yes"])
    func theEntryOfAPromotedNodeStays(verb: String) async throws {
        let answer = try await ShellTrial(canned).run("node \(verb)")
        #expect(answer.status == .failed && answer.messages.contains("dn1 is promoted"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("_data_node(") && !$0.contains("ping") })
    }
}
