import CannedServers
import CommandLanguage
import MultiNode
import Postgres
import Shell
import Testing

/// The rows of queries in loops, conditions and variables.
@Suite struct QueryRowTests {
    private let canned = CannedCluster()

    init() {
        canned["an1"].answer("SELECT TWO", .table(["a", "b"], [["1", "x y"], [nil, "${c}"]]))
        canned["an1"].answer("SELECT NONE", .table(["a"], []))
        canned["an1"].answer("SELECT 'v'", .table(["a"], [["1"]]))
        canned["an1"].otherwise = .done("DONE")
    }

    // MARK: Loops

    @Test func aLoopGoesOverRows() async throws {
        let answer = try await canned.run(
            "foreach a, b in rows $$SELECT TWO$$ {\n  echo \"[${a}] [${b}]\"\n  sql ONE\n}")
        #expect(answer.data == "[1] [x y]\nDONE\n[] [${c}]\nDONE\n" && answer.status == .done, "\(answer)")
    }

    @Test func truthValuesAreSpeltAlikeInLoopsAndVariables() async throws {
        let types: [String: UInt32] = ["ok": 16, "t": 25]
        canned["an1"].answer(
            "SELECT ok", .table(["ok", "t"], [["t", "t"], ["f", "f"], [nil, "t"]], types: types))
        canned["an1"].answer("SELECT one", .table(["ok", "t"], [["t", "t"]], types: types))
        let answer = try await canned.run(
            """
            foreach ok, t in rows $$SELECT ok$$ { echo [${ok}] ${t} }
            sql --into ok,t SELECT one
            echo [${ok}] ${t}
            """)
        #expect(answer.data == "[true] t\n[false] f\n[] t\n[true] t\n", "\(answer)")
        for node in canned.nodes {
            canned[Place(stringLiteral: node)].answer("SELECT ok", .table(["ok"], [["f"]], types: types))
        }
        let nodes = try await canned.run("foreach node, ok in query $$SELECT ok$$ { echo ${node} ${ok} }")
        #expect(nodes.data == "dn1 false\ndn2 false\ndn3 false\n", "\(nodes)")
    }

    @Test func thereAreAsManyNamesAsColumns() async throws {
        let answer = try await canned.run("foreach a in rows $$SELECT TWO$$ { echo no }")
        #expect(answer.status == .failed && answer.data.isEmpty, "\(answer)")
        #expect(answer.messages.contains("the rows have 2 columns (a, b), and the names are 1"), "\(answer)")
        let empty = try await canned.run("foreach a in rows $$SELECT NONE$$ { echo no }\necho next")
        #expect(empty.data == "next\n" && empty.status == .done, "\(empty)")
    }

    @Test func valuesAreQuotedInTheQuery() async throws {
        let answer = try await canned.run("set x v\nforeach a in rows $$SELECT :'x'$$ { echo ${a} }")
        #expect(answer.data == "1\n", "\(answer)")
    }

    @Test func theRowsOfNodesHaveTheNodeInFront() async throws {
        for node in canned.nodes {
            canned[Place(stringLiteral: node)].answer("SELECT n", .table(["n"], [["\(node)!"]]))
        }
        let answer = try await canned.run("foreach node, n in query $$SELECT n$$ { echo ${node}=${n} }")
        #expect(answer.data == "dn1=dn1!\ndn2=dn2!\ndn3=dn3!\n", "\(answer)")
        canned["dn2"].openings = [.down("dn2")]
        let failed = try await canned.run("foreach node, n in query $$SELECT n$$ { echo ${node} }")
        #expect(failed.status == .failed && failed.data.isEmpty && failed.messages.contains("dn2"), "\(failed)")
    }

    /// What a query has done is done, although the loop can't go over its rows.
    @Test func rowsThatDoNotFitAreToldOfWhatHasTakenEffect() async throws {
        var result = QueryResult(
            columns: ["a", "b"].map { QueryResult.Column(name: $0, typeOID: 25) }, rows: [["1", "2"]],
            commandTag: "INSERT 0 1")
        canned["an1"].answer("WITH ONE", .result(result))
        let answer = try await canned.run("foreach a in rows $$WITH ONE$$ { echo ${a} }")
        #expect(answer.status == .failed && answer.messages.contains("the rows have 2 columns"), "\(answer)")
        #expect(answer.messages.contains("the statement took effect; only its rows are not gone over"), "\(answer)")
        result.commandTag = "SELECT 1"
        canned["an1"].answer("WITH TWO", .result(result))
        let read = try await canned.run("foreach a in rows $$WITH TWO$$ { echo ${a} }")
        #expect(!read.messages.contains("took effect;"), "\(read)")
    }

    @Test func whereALoopStopsIsTold() async throws {
        canned["an1"].answer("ONE", .refused("no"))
        let answer = try await canned.run("foreach a, b in rows $$SELECT TWO$$ { sql ONE }")
        #expect(
            answer.messages.hasSuffix("stopped in the loop at t:1; 1 row behind that one was not begun\n"), "\(answer)")
    }

    // MARK: Conditions

    @Test(arguments: [
        "rows $$SELECT TWO$$", "not rows $$SELECT NONE$$", "1 < 2", "2 <= 2", "3 > 2.5", "-1 >= -1.0", "not 2 < 2",
        "9223372036854775806 < 9223372036854775807", "10GB > 10000MB", "1 < 1kB", "1024 >= 1kB", "'10 GB' >= 10GB",
        // Numbers of any length, and intervals as PostgreSQL prints them.
        "9223372036854775808 > 9223372036854775807", "0.10000000000000000001 > 0.1", "-1e20 < -99999999999999999999",
        "1.50 >= 1.5", "'01:30:00' > 1h", "'2 days 00:00:01' > 2d", "'-00:00:05' < 0", "'1 mon' == '1 mon'",
        "5m > 200s", "0 < 1ms", "1h == 1h", "a == a and b == b", "a == b or b == b", "a == b and c == c or d == d",
        "not a == b and not c == d", "a == a or node dn9 up", "not node dn9 exists or node dn9 up",
    ])
    func whatHolds(_ condition: String) async throws {
        let answer = try await canned.run("if \(condition) { echo yes } else { echo no }\nassert \(condition)")
        #expect(answer.data == "yes\n" && answer.status == .done, "\(answer)")
    }

    @Test(arguments: [
        "rows $$SELECT NONE$$", "2 < 2", "1kB > 1024", "'1 day' > '24:00:00'", "1.0 > 1e0", "a == a and b == a",
        "a == b or c == d",
    ])
    func whatDoesNot(_ condition: String) async throws {
        let answer = try await canned.run("assert \(condition) \"so it is\"")
        #expect(answer.status == .notHealthy && answer.messages.contains("error: so it is"), "\(answer)")
    }

    @Test func whatOneNodeDoesNotTellTheOtherTermsMayDecide() async throws {
        canned["dn2"].openings = [.silence]
        for condition in ["node dn2 up or a == a", "not a == a or node dn1 up"] {
            #expect(try await canned.run("assert \(condition)").status == .done)
        }
        let open = try await canned.run("assert node dn2 up and a == a")
        #expect(open.status == .failed && open.messages.contains("whether node dn2 up can't be told"), "\(open)")
        #expect(try await canned.run("assert node dn2 up and a == b").status == .notHealthy)
    }

    @Test func quantitiesOfTwoKindsAreAnErrorWhenTheyCome() async throws {
        let answer = try await canned.run("set t 5m\nset n 7\nif ${t} < ${n} { echo no }")
        #expect(
            answer.messages.contains("t:3:4: error: these can't be compared: 5m is a time and 7 a number"), "\(answer)")
        let word = try await canned.run("set t soon\nif ${t} < 5m { echo no }")
        #expect(word.messages.contains("A: 'soon' is neither a number nor bytes"), "\(word)")
    }

    // MARK: Variables

    @Test func noVariableIsNamedTwice() async throws {
        let answer = try await canned.run("sql --into a,b,a SELECT 1, 2, 3")
        #expect(answer.status == .usage && answer.messages.contains("error: --into: a is named twice"), "\(answer)")
    }

    @Test func severalColumnsGoIntoSeveralVariables() async throws {
        canned["an1"].answer("SELECT ROW", .table(["a", "b"], [["1", "2"]]))
        canned["an1"].answer("SELECT NULLS", .table(["a", "b"], [["1", nil]]))
        let answer = try await canned.run("sql --into a,b SELECT ROW\necho ${a}${b}")
        #expect(answer.data == "12\n", "\(answer)")
        let empty = try await canned.run(
            "sql --into a,b --or-null SELECT NULLS\necho \"${a} ${b:-none}\"\nsql --into c --or-null SELECT NONE\necho [${c}]"
        )
        #expect(empty.data == "1 none\n[]\n" && empty.status == .done, "\(empty)")
        for (script, fault) in [
            ("sql --into a,b SELECT NULLS", "--into takes one row of 2 columns, and b is null"),
            ("sql --into a SELECT NULLS", "--into takes one value, and there is 1 row of 2 columns"),
            ("sql --into a SELECT NONE", "--into takes one value, and there are 0 rows of 1 column"),
            (
                "sql --into a,b --or-null SELECT TWO",
                "--into takes one row of 2 columns, and there are 2 rows of 2 columns"
            ),
        ] {
            let refused = try await canned.run(script)
            #expect(refused.status == .failed && refused.messages.contains(fault), "\(refused)")
            let isMissing = fault.contains(" is null") || fault.contains(" 0 rows of 1 ")
            #expect(refused.messages.contains("help: --or-null leaves") == isMissing, "\(refused)")
        }
    }
}
