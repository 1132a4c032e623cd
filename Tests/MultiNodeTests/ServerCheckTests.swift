import MultiNode
import Testing

/// Which versions fit together, and how exactly clocks are compared: what no server here can show.
@Suite struct ServerCheckTests {
    private func check(
        _ accessNode: String, _ dataNode: String, clock: (seconds: Double, error: Double) = (0, 0)
    ) -> ServerCheck {
        var row = Servers.row(version: dataNode, functions: [])
        row["wal_level"] = "logical"
        return ServerCheck(
            node: "dn1", server: Capabilities(row: row), facts: NodeFacts(row: ["statement_timeout": "0"]),
            accessNode: Servers.capabilities(accessNode, functions: []), clockOffset: clock)
    }

    @Test(arguments: [
        ("2.13.1", "2.13.0", true), ("2.13.0", "2.13.1", true), ("2.13.1", "2.14.0", true), ("2.13.1", "2.12.2", false),
        ("2.7.1", "2.7.0", true), ("2.7.1", "2.8.0", true), ("2.7.1", "2.6.1", false),
        ("2.7.0", "2.6.1", true), ("2.7.0", "2.7.2", true), ("2.7.0", "2.8.0", false), ("2.0.0", "2.1.0", false),
        ("2.13.1", "3.13.0", false),
    ])
    func versionsOfAccessNodeAndDataNode(accessNode: String, dataNode: String, fit: Bool) {
        let findings = check(accessNode, dataNode).ofDatabase
        #expect(findings.isEmpty == fit, "\(findings)")
        #expect(findings.allSatisfy { $0.severity == .error && $0.text.contains(dataNode) })
    }

    @Test(
        arguments: [
            ((2.0, 0.0), nil), ((2.1, 0.0), "2.1 s ahead of"), ((-2.1, 0.0), "2.1 s behind"),
            // As long as the answer took, nobody knows.
            ((3.0, 1.5), nil), ((-3.6, 1.5), "3.6 s behind"), ((0.4, 0.0), nil),
        ] as [((Double, Double), String?)])
    func clocksAreComparedNoMoreExactlyThanTheyAreKnown(offset: (Double, Double), text: String?) {
        let findings = check("2.13.1", "2.13.1", clock: (offset.0, offset.1)).ofServer
        #expect(findings.count == (text == nil ? 0 : 1), "\(findings)")
        if let text { #expect(findings.first?.text.contains(text) == true, "\(findings)") }
    }

    @Test func nothingIsFoundWhereNothingIsWrong() {
        let check = check("2.13.1", "2.13.1")
        #expect(check.ofServer + check.ofDatabase == [])
    }
}
