import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// What stands for NULL in answers.
@Suite struct NullTests {
    private let canned = CannedCluster(nodes: 1)

    init() {
        let result = QueryResult(
            columns: [.init(name: "a", typeOID: 25), .init(name: "b", typeOID: 25), .init(name: "c", typeOID: 1009)],
            rows: [[nil, "", "{dn1,\"a b\",NULL}"]], commandTag: "SELECT 1")
        for place in ["an1", "dn1"] as [Place] { canned[place].answer("SELECT 1", .result(result)) }
    }

    @Test func inATableAndInCSVAndInJSON() async throws {
        let answer = try await canned.run("SELECT 1;")
        #expect(
            answer.data == """
                 a | b |        c
                ---+---+------------------
                 ∅ |   | {dn1,"a b",NULL}
                (1 row)

                """, "\(answer)")
        let csv = try await canned.run("sql --format csv SELECT 1")
        #expect(csv.data == "a,b,c\n,\"\",\"{dn1,\"\"a b\"\",NULL}\"\n")
        let json = try await canned.run("null -\nsql --format json SELECT 1")
        #expect(json.data.contains(#""rows":[[null,"",["dn1","a b",null]]]"#), "\(json)")
    }

    @Test func itIsChosenForWhatComesBehind() async throws {
        let answer = try await canned.run(
            "null\nnull NULL\nnull\nquery --format csv SELECT 1\nnull ''\nSELECT 1;\nnull --default\nnull")
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
        #expect(answer.data.hasPrefix("∅\nNULL\nnode,a,b,c\ndn1,NULL,\"\","), "\(answer)")
        #expect(answer.data.contains("\n   |   | {dn1") && answer.data.hasSuffix("(1 row)\n∅\n"), "\(answer)")
    }

    /// A listing of tscl's own has nothing where there is nothing.
    @Test func inAListingNothingStandsForIt() async throws {
        let answer = try await canned.run("null NULL\nnode ping\nnode ping --format csv")
        #expect(!answer.data.contains("NULL"), "\(answer)")
    }

    @Test func oneLineStandsForIt() async throws {
        let answer = try await canned.run("null \"a\\nb\"")
        #expect(answer.status == .usage || answer.status == .failed)
        #expect(answer.messages.contains("one line"), "\(answer)")
        #expect(try await canned.run("null ','").status == .failed)
        #expect(try await canned.run("null '\"'").status == .failed)
        #expect(try await canned.run("null NULL --default").status == .failed)
    }
}
