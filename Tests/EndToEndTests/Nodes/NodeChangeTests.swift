import Foundation
import Sandbox
import Testing

/// What is done to nodes that are there, and what was so already.
@Suite struct NodeChangeTests {
    /// The last column of a row of a listing.
    private func row(_ listing: String, _ name: String, _ cluster: Cluster) async throws -> String? {
        let list = try await cluster.run(listing, "--format", "csv")
        return list.output.split(separator: "\n").map(String.init).first { $0.hasPrefix(name + ",") }
    }

    @Test func aNodeIsShownMovedAndMarked() async throws {
        try await Cluster.with { cluster in
            let shown = try await cluster.run("node show dn2", "--format", "csv")
            #expect(shown.status == 0 && shown.output.contains("available,true") && shown.output.contains("state,up"))
            let several = try await cluster.run("node show 'dn*'")
            #expect(several.status == 1 && several.errors.contains("node show takes one node; this selects 3"))

            #expect(try await cluster.run("node disable dn{1,2}").status == 0)
            #expect(try await row("node list", "dn2", cluster)?.hasSuffix(",false") == true)
            #expect(try await cluster.run("node enable 'dn*'").status == 0)
            #expect(try await row("node list", "dn2", cluster)?.hasSuffix(",true") == true)

            let moved = try await cluster.run("node alter dn2 --host elsewhere.example --port 5499 --database other")
            #expect(moved.status == 0, "\(moved.errors)")
            #expect(try await row("node list", "dn2", cluster) == "dn2,elsewhere.example,5499,other,postgres,true")
        }
    }

    @Test func aHypertableGainsAndLosesANode() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([
                "-c", "sql CREATE TABLE m (time timestamptz NOT NULL, device int)",
                "-c", "hypertable create m time --partition-by device --on dn1,dn2",
            ])
            #expect(made.status == 0, "\(made.errors)")
            let attached = try await cluster.run("node attach dn3 --to m")
            #expect(attached.output == "node dn3 attached to m\n", "\(attached)")
            #expect(try await row("hypertable list", "m", cluster)?.hasSuffix("{dn1,dn2,dn3}\"") == true)
            let again = try await cluster.run("node attach dn3 --to m")
            #expect(again.status == 1 && again.errors.contains("sqlstate: TS172"))
            #expect(try await cluster.run("node attach dn3 --to m --if-not-attached").status == 0)

            #expect(try await cluster.run("node block dn1 --for m").status == 0)
            #expect(try await cluster.run("node allow dn1 --for m").status == 0)
            #expect(try await cluster.run("node block dn{1,2}").status == 0)
            #expect(try await cluster.run("node allow 'dn*'").status == 0)

            let detached = try await cluster.run("node detach dn3 --from m --yes")
            #expect(detached.status == 0, "\(detached.errors)")
            #expect(try await row("hypertable list", "m", cluster)?.hasSuffix("{dn1,dn2}\"") == true)
            #expect(try await cluster.run("node detach dn3 --from m --if-attached --yes").status == 0)
            #expect(try await cluster.run("node delete dn3 --yes").status == 0)
            #expect(try await row("node list", "dn3", cluster) == nil)
            let gone = try await cluster.run("node delete dn3 --if-exists --yes")
            #expect(gone.status == 0 && gone.output.contains("unchanged"), "\(gone)")
        }
    }

    @Test func whoMayUseANode() async throws {
        try await Cluster.with { cluster in
            #expect(try await cluster.run("role create {ann,ben}").status == 0)
            #expect(try await cluster.run("role grant ann ben --nodes dn1,dn2").status == 0)
            #expect(try await cluster.run("role revoke ben --nodes dn1").status == 0)
            let may = try await cluster.query(
                "an1",
                """
                SELECT r.rolname, string_agg(s.srvname, ' ' ORDER BY s.srvname)
                  FROM pg_roles r, pg_foreign_server s
                 WHERE r.rolname IN ('ann', 'ben') AND has_server_privilege(r.oid, s.oid, 'USAGE')
                 GROUP BY 1 ORDER BY 1
                """)
            #expect(may == [["ann", "dn1 dn2"], ["ben", "dn2"]])
            #expect(try await cluster.run("role grant public --nodes all").status == 0)
            let everybody = try await cluster.query("an1", "SELECT has_server_privilege('ben', 'dn3', 'USAGE')")
            #expect(everybody == [["t"]])
        }
    }

    @Test func theConnectionIsClosedAndOpenedAgain() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run(
            ["--format", "csv"],
            input: """
                sql SELECT pg_backend_pid() AS first
                reconnect
                sql SELECT pg_backend_pid() AS second
                disconnect
                sql SELECT pg_backend_pid() AS third

                """)
        #expect(result.status == 0, "\(result.errors)")
        let numbers = result.output.split(separator: "\n").compactMap { Int($0) }
        #expect(numbers.count == 3 && Set(numbers).count == 3, "\(result.output)")
    }
}
