import CannedServers
import ClusterAccess
import MultiNode
import Testing

@Suite(.timeLimit(.minutes(1))) struct RoleSurveyTests {
    private let canned = CannedCluster()

    private func survey() async throws -> RoleSurvey {
        let cluster = canned.cluster()
        return try await cluster.surveyRoles(on: try await cluster.nodes())
    }

    private func roles(_ place: Place, _ rows: [[String: String?]]) {
        canned[place].answer(DatabaseRole.list, .rows(rows))
    }

    private func role(_ name: String, in survey: RoleSurvey) throws -> DatabaseRole {
        try #require(survey.own.first { $0.name == name })
    }

    @Test func whereAllAgreeNothingDiffers() async throws {
        let survey = try await survey()
        #expect(survey.own.map(\.name) == ["app", "postgres"])
        #expect(survey.remotes.map(\.node) == canned.nodes)
        #expect(survey.errors.isEmpty)
        #expect(survey.sharedRoles.map(\.name) == ["app", "postgres"] && survey.localRoles.isEmpty)
        #expect(survey.own.flatMap { survey.differences(of: $0) }.isEmpty)
        // They are kept for a moment.
        #expect(canned.servers.open == 4)
    }

    @Test func whatDiffersIsNamedByNode() async throws {
        roles(
            "an1",
            [
                CannedCluster.row(role: "app", createdb: true, memberOf: ["readers"]),
                CannedCluster.row(role: "readers", login: false),
            ])
        roles("dn1", [CannedCluster.row(role: "app", createdb: true), CannedCluster.row(role: "readers")])
        roles("dn2", [CannedCluster.row(role: "app", memberOf: ["readers"]), CannedCluster.row(role: "readers")])
        roles("dn3", [CannedCluster.row(role: "readers")])
        let survey = try await survey()
        #expect(
            survey.differences(of: try role("app", in: survey)).map { "\($0.node) \($0.kind) \($0.actual)" } == [
                "dn1 membership no member of readers", "dn2 attribute NOCREATEDB", "dn3 missing absent",
            ])
        // On data nodes every role can log in.
        #expect(survey.differences(of: try role("readers", in: survey)).isEmpty)
        #expect(survey.withGroups([try role("app", in: survey)]).map(\.name) == ["app", "readers"])
    }

    @Test func rolesOfTheAccessNodeAloneAreItsOwnMatter() async throws {
        roles("an1", CannedCluster.roles + [CannedCluster.row(role: "local")])
        let survey = try await survey()
        #expect(survey.localRoles.map(\.name) == ["local"])
        #expect(!survey.sharedRoles.contains { $0.name == "local" })
    }

    @Test func aGrantMakesARoleOneThatNodesNeed() async throws {
        roles("an1", CannedCluster.roles + [CannedCluster.row(role: "new")])
        canned["an1"].answer(
            NodeGrants.list,
            .rows([
                ["node": "dn1", "grantee": "new"], ["node": "dn1", "grantee": "app"], ["node": "dn2", "grantee": nil],
            ]))
        let survey = try await survey()
        #expect(survey.sharedRoles.map(\.name) == ["app", "new", "postgres"])
        #expect(survey.grants == ["new": ["dn1"], "app": ["dn1"], "": ["dn2"]])
        #expect(survey.usable(by: "new") == ["dn1", "dn2"])
        #expect(survey.usable(by: "nobody") == ["dn2"])
        let differences = survey.differences(of: try role("new", in: survey))
        #expect(differences.filter { $0.kind == .usage }.map(\.node) == ["dn3"])
        #expect(differences.filter { $0.kind == .missing }.map(\.node) == canned.nodes)
    }

    @Test func nodesOfOneServerCountOnce() async throws {
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2", server: "server of dn1")]))
        let survey = try await survey()
        #expect(survey.remotes.map(\.node) == ["dn1", "dn2", "dn3"])
        #expect(survey.servers.map(\.node) == ["dn1", "dn3"])
    }

    @Test func aNodeOnTheAccessNodesServerHasNoRolesOfItsOwn() async throws {
        canned["dn1"].answer(
            NodeState.anyQuery, .rows([CannedCluster.state(of: "dn1", server: "server of an1", database: "other")]))
        let survey = try await survey()
        #expect(survey.remotes.map(\.node) == ["dn2", "dn3"])
        #expect(survey.servers.map(\.node) == ["dn2", "dn3"])
    }

    @Test func whereTheServersAreNotKnownEachCounts() async throws {
        var row = CannedCluster.state(of: "dn1")
        row["server_started"] = .some(nil)
        for place: Place in ["dn1", "dn2"] { canned[place].answer(NodeState.anyQuery, .rows([row])) }
        #expect(try await survey().servers.map(\.node) == ["dn1", "dn2", "dn3"])
    }

    @Test func aSilentNodeIsAnErrorAndNoDifference() async throws {
        canned["dn2"].openings = [.silence]
        let survey = try await survey()
        #expect(survey.errors.map(\.node) == ["dn2"] && survey.errors.map(\.kind) == [.timedOut])
        #expect(survey.remotes.map(\.node) == ["dn1", "dn3"])
        #expect(survey.own.flatMap { survey.differences(of: $0) }.isEmpty)
    }
}
