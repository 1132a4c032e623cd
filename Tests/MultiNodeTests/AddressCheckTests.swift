import MultiNode
import Testing

/// What the answers at the addresses of all nodes come to.
@Suite struct AddressCheckTests {
    private func answer(
        _ name: String, port: Int = 5432, server: String? = nil, database: String = "d", _ mismatch: NodeMismatch? = nil
    ) -> AddressCheck.Answer {
        let state = NodeState(row: ["server_started": server ?? name, "database": database])
        return AddressCheck.Answer(DataNode(name: name, host: "h", port: port, database: database), state, mismatch)
    }

    private func findings(_ answers: [AddressCheck.Answer], lost: [LostNode] = []) -> [String] {
        AddressCheck(answers, ownServer: ServerIdentity(started: "an"), lost: lost).findings.map {
            "\($0.severity) \($0.place): \($0.text); \($0.remedy)"
        }
    }

    @Test func differentServersAreWell() {
        #expect(findings([answer("dn1"), answer("dn2")]).isEmpty)
    }

    @Test func aSwapIsMendedByTheOthersAddress() {
        let findings = findings([answer("dn1", port: 1, .otherNode("dn2")), answer("dn2", port: 2, .otherNode("dn1"))])
        #expect(findings.count == 2)
        #expect(findings[0].hasPrefix("error dn1: what answers at h:1, database d is not the data node dn1"))
        #expect(findings[0].hasSuffix("it answers at dn2's address: node alter dn1 --host h --port 2 --database d"))
        #expect(findings[1].hasSuffix("it answers at dn1's address: node alter dn2 --host h --port 1 --database d"))
    }

    @Test func twoNodesInOneDatabaseAreAnError() {
        let findings = findings([
            answer("dn1"), answer("dn2", server: "dn1"), answer("dn3", server: "dn1", database: "e"),
        ])
        #expect(findings.count == 2)
        #expect(
            findings[0].hasPrefix("error dn2: it is the same database as dn1: what is sent to both waits for itself"))
        #expect(findings[1].hasPrefix("warning dn3: it is on the same server as dn1: when that is down, both are"))
    }

    @Test func theAccessNodesServerIsAWarning() {
        #expect(
            findings([answer("dn1", server: "an")]) == [
                "warning dn1: it is on the same server as access node: when that is down, both are; "
                    + "move it to a server of its own; tscl creates roles there once for both"
            ])
    }

    @Test func aRenamedServerIsOneFindingWithTheWayBack() {
        let lost = LostNode(row: ["name": "Dn2", "tables": "{public.cond}"])
        #expect(
            findings([answer("dn1"), answer("db2", .otherNode("Dn2"))], lost: [lost]) == [
                "error Dn2: there is no such node, and the access node has public.cond on it: queries fail; "
                    + "it is called db2 now: sql ALTER SERVER \"db2\" RENAME TO \"Dn2\""
            ])
        #expect(findings([answer("dn1")], lost: [lost])[0].contains("if a server was renamed, sql ALTER SERVER"))
    }

    @Test func exchangedNamesAreRenamedBackByWayOfOthers() {
        let check = AddressCheck(
            [answer("dn1", .otherNode("dn2")), answer("dn2", .otherNode("dn1"))],
            ownServer: nil,
            exchanged: [RenamedServer(now: "dn1", before: "dn2"), RenamedServer(now: "dn2", before: "dn1")])
        #expect(check.findings.map(\.place) == ["access node"])
        #expect(
            check.findings.first?.remedy.split(separator: "; then ") == [
                #"sql ALTER SERVER "dn1" RENAME TO "dn2_again""#, #"sql ALTER SERVER "dn2" RENAME TO "dn1_again""#,
                #"sql ALTER SERVER "dn2_again" RENAME TO "dn2""#, #"sql ALTER SERVER "dn1_again" RENAME TO "dn1""#,
            ])
    }
}
