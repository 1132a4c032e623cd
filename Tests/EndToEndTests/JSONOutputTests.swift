import Foundation
import Testing

/// `--format json` as a program reads it: one object a line and command, and nothing else on standard output.
@Suite struct JSONOutputTests {
    @Test func everyCommandAnswersWithOneObject() async throws {
        let cluster = try await Cluster.shared.value
        let commands = [
            "node list", "node show dn1", "node ping", "node reach", "role list", "hypertable list", "heal list",
            "job list",
            "status",
            "set", "version", "sql SELECT 1", "SELECT 2;", "query SELECT 1", "exec SELECT 1",
            "node add dn9 --host h --dry-run",
            "heal all --dry-run", "node list --timeout 10s", "format", "timing", "pager", "show-sql", "echo a b",
            "set x 1",
            "help node add",
        ]
        let result = try await cluster.program.run(
            ["--format", "json"], input: commands.joined(separator: "\n") + "\n")
        #expect(!result.errors.contains("error"), "\(result.errors)")
        let objects = try objects(of: result)
        #expect(objects.count == commands.count)
        for object in objects {
            #expect(object["command"] is String && object["ok"] is Bool && object["changed"] is Bool)
            let columns = try #require(object["columns"] as? [String])
            for row in try #require(object["rows"] as? [[Any]]) { #expect(row.count == columns.count) }
            for node in try #require(object["nodes"] as? [[String: Any]]) {
                #expect(Set(node.keys) == ["node", "ok", "sqlstate", "message", "ms"])
            }
        }
    }

    /// What can't be read at all is one failed command.
    @Test(arguments: [
        ["--format", "json", "node", "lst"], ["node", "lst", "--format=json"], ["--format", "json", "--bogus"],
        ["--format", "json", "-c", "node list; nod; lst"], ["--format", "json", "/nonexistent.tscl"],
        ["--format", "json", "--check", "-c", "lock a { lock a { } }"],
    ])
    func whatCanNotBeReadIsAnObject(_ arguments: [String]) async throws {
        let result = try await Program(environment: [:]).run(arguments)
        let objects = try objects(of: result)
        #expect(result.status == 2 && objects.count == 1)
        #expect(objects.first?["ok"] as? Bool == false && objects.first?["error"] is [String: Any], "\(result)")
    }

    @Test func whateverFailsIsAnObject() async throws {
        let cluster = try await Cluster.shared.value
        let commands = [
            "nonsense", "node lst", "node add", "echo 'open", "node delete dn1", "sql SELECT 1/0", "node ping dn9",
            "query SELECT nothing", "exec COMMIT", "sql SELECT ${x}", "echo ${x}", "role create postgres --everywhere",
            "connect host=/nonexistent",
        ]
        let result = try await cluster.program.run(
            ["--keep-going", "--format", "json"], input: commands.joined(separator: "\n") + "\n")
        let objects = try objects(of: result)
        #expect(objects.count == commands.count)
        for (index, object) in objects.enumerated() {
            #expect(object["ok"] as? Bool == false)
            let error = try #require(object["error"] as? [String: Any], "\(commands[index])")
            #expect((error["message"] as? String)?.isEmpty == false)
            #expect(error["file"] as? String == "<stdin>")
            #expect(error["line"] as? Int == index + 1)
            #expect(error["column"] is Int)
            for field in ["sqlstate", "detail", "hint", "node"] { #expect(error.keys.contains(field)) }
        }
        #expect(result.errors.hasSuffix("\(commands.count) of \(commands.count) commands failed\n"))
        #expect(result.status == 2)
    }

    @Test func valuesKeepTheirTypes() async throws {
        let cluster = try await Cluster.shared.value
        let query = """
            sql SELECT 1 AS i, 9007199254740993::int8 AS big, 1.50::numeric AS n, 'NaN'::float8 AS nan, true AS t, NULL AS none, \
            E'tab\\t"quote" \\\\ \\u0001 é 漢' AS s, '{1,NULL,3}'::int[] AS a, '{"x,y","NULL"}'::text[] AS b, \
            '{"k": [1]}'::jsonb AS j, '2020-01-01'::date AS d, '1 day'::interval AS v, ''::text AS e
            """
        let result = try await cluster.run(query, "--format", "json")
        #expect(
            result.output.contains(
                #"[1,9007199254740993,1.50,"NaN",true,null,"tab\t\"quote\" \\ \u0001 é 漢",[1,null,3],["x,y","NULL"],"#))
        #expect(result.output.contains(#""2020-01-01","1 day",""]"#), "\(result.output)")
        _ = try objects(of: result)
    }

    private func objects(of result: Program.Result) throws -> [[String: Any]] {
        try result.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }
}
