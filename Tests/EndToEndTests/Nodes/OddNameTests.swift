import Foundation
import Sandbox
import Testing

/// Names that need quotes wherever they go.
@Suite struct OddNameTests {
    private static let longest = String(repeating: "é", count: 31) + "x"

    /// Names, and how they are written.
    private static let names = [
        ("Dn 1", "'Dn 1'"), ("x;y", "\"x;y\""), ("it's \"q\"", "'it''s \"q\"'"), ("Ünï", "Ünï"), ("a,b", "a,b"),
        ("*", "'*'"), ("{a,b}", "'{a,b}'"), ("-x", "'-x'"), ("back\\slash", "'back\\slash'"), ("$x", "'$x'"),
        (longest, longest),
    ]

    @Test(arguments: names) func aRoleOfThatNameComesAndGoes(_ name: String, written: String) async throws {
        let cluster = try await Cluster.shared.value
        let created = try await cluster.run("role create \(written) --everywhere --grant-nodes all")
        #expect(created.status == 0, "\(created.errors)")
        let literal = "'" + name.replacing("'", with: "''") + "'"
        let exists = "SELECT FROM pg_roles WHERE rolname = \(literal)"
        #expect(try await cluster.query("an1", exists).count == 1)
        #expect(try await eventually { try await cluster.query("dn3", exists).count == 1 })
        #expect(try await cluster.run("role check \(written)").status == 0)
        let dropped = try await cluster.run("role drop \(written) --everywhere", "--yes")
        #expect(dropped.status == 0, "\(dropped.errors)")
        #expect(try await cluster.query("an1", exists).isEmpty)
        #expect(try await eventually { try await cluster.query("dn3", exists).isEmpty })
    }

    @Test func nodesOfSuchNamesAreServedLikeAnyOther() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let nodes = [("it's \"q\"", "'it''s \"q\"'"), ("a; b", "'a; b'"), (Self.longest, Self.longest)]
            for (index, node) in nodes.enumerated() {
                let added = try await cluster.run("node add \(node.1) --host '\(cluster.sockets)/dn\(index + 1)'")
                #expect(added.status == 0, "\(added.errors)")
            }
            let script = try await cluster.run("node list", "--format", "script").output
            let again = try await cluster.program.run([], input: script)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.split(separator: "\n").count == 3)
            for command in [
                "node ping", "node reach", "heal all", "exec CREATE TABLE odd (i int)", "node show 'a; b'",
                "node disable '*'",
            ] {
                let result = try await cluster.run(command)
                #expect(result.status == 0, "\(command): \(result.errors)")
            }
            #expect(try await cluster.run("node enable '*'").status == 0)
            let asked = try await cluster.run("query --on 'it''s \"q\"','a; b' SELECT 1 AS one", "--format", "csv")
            #expect(asked.output == "node,one\na; b,1\n\"it's \"\"q\"\"\",1\n")
            // A remedy names the node as it is typed.
            try await cluster.sandbox.kill("dn2")
            #expect(try await cluster.run("query --on 'a; b' SELECT 1").errors.contains("node ping 'a; b'"))
        }
    }

    @Test(arguments: ["node add", "role create"]) func aNameOf64BytesIsRefused(_ command: String) async throws {
        for name in [String(repeating: "n", count: 64), String(repeating: "é", count: 32), "''"] {
            let result = try await Program().run([
                "-c", "echo earlier; \(command) \(name) \(command == "node add" ? "--host h" : "")",
            ])
            #expect(result.status == 2)
            #expect(result.output == "")
            #expect(
                result.errors.contains(
                    name == "''" ? "a name can't be empty" : "a name has at most 63 bytes; this has 64"))
        }
    }
}
