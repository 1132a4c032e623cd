import CannedServers
import ClusterAccess
import MultiNode
import Platform
import Postgres
import Rendering
import Shell
import Testing

/// Rows of statements, which are written as they come.
@Suite struct RowAnswerTests {
    private let canned = CannedCluster(nodes: 2)

    private func columns(_ columns: (String, UInt32)...) -> [QueryResult.Column] {
        columns.map { QueryResult.Column(name: $0, typeOID: $1) }
    }

    private func answer(_ statement: SQL, _ columns: [QueryResult.Column], _ rows: [[String?]]) {
        canned["an1"].answer(
            statement, .result(QueryResult(columns: columns, rows: rows, commandTag: "SELECT \(rows.count)")))
    }

    @Test(
        arguments: [
            (OutputFormat.csv, "i,b,j,a,t\n1,true,\"{\"\"k\"\": 1}\",\"{true,false}\",\n"),
            (.tsv, "1\ttrue\t{\"k\": 1}\t{true,false}\t\n"),
            (.jsonl, #"{"i":1,"b":true,"j":{"k": 1},"a":[true,false],"t":null}"# + "\n"),
            (
                .json,
                #"{"v":1,"command":"sql","columns":["i","b","j","a","t"],"rows":[[1,true,{"k": 1},[true,false],null]],"#
                    + #""ok":true,"changed":false,"nodes":[]}"# + "\n"
            ),
            (
                .table,
                " i |  b   |    j     |      a       | t\n---+------+----------+--------------+---\n 1 | true | {\"k\": 1} | {true,false} | ∅\n(1 row)\n"
            ),
        ])
    func valuesAreWhatTheirTypesAre(_ format: OutputFormat, _ data: String) async throws {
        answer(
            "SELECT 1", columns(("i", 23), ("b", 16), ("j", 3802), ("a", 1000), ("t", 25)),
            [["1", "t", "{\"k\": 1}", "{t,f}", nil]])
        let answer = try await canned.run("SELECT 1;") { $0.format = format }
        #expect(answer.status == .done && answer.messages.isEmpty && answer.data == data, "\(answer)")
    }

    @Test(arguments: [
        (UInt32(16), "t", "true"), (1000, "{t,NULL}", "{true,NULL}"), (1000, "{{t},{f}}", "{{true},{false}}"),
        (1000, "[0:1]={t,NULL}", "[0:1]={true,NULL}"),
    ])
    func booleansAreWordsEverywhere(_ type: UInt32, _ written: String, _ words: String) async throws {
        answer("SELECT b", columns(("b", type)), [[written]])
        #expect(try await canned.run("sql --into x SELECT b; echo ${x}").data == words + "\n")
        #expect(try await canned.run("sql --format tsv SELECT b").data == words + "\n")
        #expect(try await canned.run("sql SELECT b").data.contains(" \(words)\n"))
    }

    /// A command that has no rows has those of its plan.
    @Test(arguments: ["node disable dn1", "node list", "hypertable balance metrics", "role create new"])
    func columnsThatThereAreNotAreToldBeforeAnythingRuns(_ command: String) async throws {
        let answer = try await canned.run("echo before\n\(command) --columns nope")
        #expect(answer.status == .usage && answer.data.isEmpty && canned.servers.sent.isEmpty, "\(answer)")
        #expect(answer.messages.contains("t:2:") && answer.messages.contains("--columns: there is no column nope"))
    }

    @Test func columnsOfTheSessionAreToldBeforeTheCommandRuns() async throws {
        canned["an1"].otherwise = .done("DONE")
        let answer = try await canned.run("node disable dn1\nstatus") { $0.columns = ["nope"] }
        #expect(answer.data == "node dn1 disabled\n" && answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("t:2:1: error: --columns: there is no column nope"), "\(answer)")
        #expect(!canned.toAccessNode.contains(ClusterCounts.query(CannedCluster.capabilities).text))
    }

    @Test(arguments: OutputFormat.allCases.filter { $0 != .script && $0 != .expanded })
    func thousandsOfRowsComeInOrder(_ format: OutputFormat) async throws {
        answer("SELECT many", columns(("i", 23), ("t", 25)), (1...30_000).map { [String($0), "row \($0)"] })
        let answer = try await canned.run("SELECT many;") { $0.format = format }
        #expect(answer.status == .done && answer.messages.isEmpty)
        let numbers = answer.data.matches(of: #/row (\d+)/#).compactMap { Int($0.1) }
        #expect(numbers == Array(1...30_000))
        #expect(answer.data.hasSuffix(format == .table ? "30000 | row 30000\n(30000 rows)\n" : "\n"))
    }

    @Test func aTableIsMeasuredByItsFirstRows() async throws {
        let rows = (1...1500).map { [String(repeating: "x", count: $0 == 1400 ? 40 : $0 == 900 ? 20 : 1), "y"] }
        answer("SELECT wide", columns(("a", 25), ("b", 25)), rows)
        let lines = try await canned.run("SELECT wide;").data.split(separator: "\n")
        #expect(lines[0] == "          a           | b" && lines.count == 1503)
        #expect(lines[1401] == " \(String(repeating: "x", count: 40)) | y")
        let exact = try await canned.run("sql --exact SELECT wide").data.split(separator: "\n")
        #expect(exact[1] == "\(String(repeating: "-", count: 42))+---")
    }

    @Test func columnsAreChosenAndOrdered() async throws {
        answer("SELECT abc", columns(("a", 23), ("b", 23), ("c", 23)), [["1", "2", "3"]])
        #expect(try await canned.run("sql --columns c,a --format csv SELECT abc").data == "c,a\n3,1\n")
        let unknown = try await canned.run("sql --columns 'a, bb' SELECT abc")
        #expect(unknown.status == .failed && unknown.data.isEmpty)
        #expect(
            unknown.messages.contains("--columns: there is no column bb")
                && unknown.messages.contains("did you mean b?"))
        #expect(try await canned.run("node list --columns host,node --format tsv").data == "dn1\tdn1\ndn2\tdn2\n")
    }

    /// Whoever runs it again would have it done twice.
    @Test(arguments: OutputFormat.allCases)
    func whatHasTakenEffectAndCannotBeShownIsTold(_ format: OutputFormat) async throws {
        canned["an1"].answer(
            "INSERT", .result(QueryResult(columns: columns(("a", 23)), rows: [["1"]], commandTag: "INSERT 0 1")))
        let answer = try await canned.run("sql INSERT") {
            $0.format = format
            $0.columns = format == .script ? nil : ["nope"]
        }
        #expect(answer.status == .failed && answer.messages.contains("the statement took effect;"), "\(answer)")
        #expect(answer.messages.contains("done: INSERT 0 1"), "\(answer)")
        #expect(format != .json || answer.data.contains(#""ok":false,"changed":true"#), "\(answer)")
    }

    /// Whether something was changed the tag tells, also of what gives rows.
    @Test(arguments: [
        ("INSERT INTO t VALUES (1) RETURNING a", "INSERT 0 1", true, true),
        ("DELETE FROM t RETURNING a", "DELETE 0", true, false),
        ("CREATE TABLE q AS SELECT 1", "SELECT 1000", false, true), ("SELECT 1 AS a", "SELECT 1", true, false),
        ("WITH x AS (SELECT 1) SELECT a FROM x", "SELECT 1", true, false),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", "SELECT 1", true, true),
        ("SHOW a", "SHOW", true, false),
    ])
    func whetherSomethingWasChangedIsTold(_ statement: String, _ tag: String, _ hasRows: Bool, _ changed: Bool)
        async throws
    {
        canned["an1"].answer(
            SQL(stringLiteral: statement),
            .result(
                QueryResult(
                    columns: hasRows ? columns(("a", 23)) : [], rows: hasRows ? [["1"]] : [], commandTag: tag)))
        for options in hasRows ? ["", "--into x "] : [""] {
            let answer = try await canned.run("sql \(options)\(statement)") { $0.format = .json }
            #expect(answer.status == .done && answer.data.contains(#""changed":\#(changed)"#), "\(answer)")
        }
        if !hasRows { #expect(try await canned.run("sql \(statement)").data == tag + "\n") }
    }

    /// What steers a script is asked in a dry run, too; what it can't read yet is told.
    @Test func aDryRunAsksWhatGoesIntoVariables() async throws {
        for statement in ["BEGIN READ ONLY", "ROLLBACK"] {
            canned["an1"].answer(SQL(stringLiteral: statement), .done(""))
        }
        answer("SELECT seven", columns(("n", 23)), [["7"]])
        let answer = try await canned.run("sql --into n SELECT seven\nsql DROP :'n'") { $0.dryRun = true }
        #expect(answer.status == .done && answer.data.contains("SELECT seven;"), "\(answer)")
        #expect(answer.data.contains("DROP '7';") && !canned.toAccessNode.contains("DROP '7'"), "\(answer)")
        canned["an1"].answer("SELECT missing", .refused("relation does not exist", sqlstate: "42P01"))
        let unknown = try await canned.run("sql --into n SELECT missing\necho next") { $0.dryRun = true }
        #expect(unknown.messages.contains("note: it gives no value now: relation does not exist"), "\(unknown)")
        #expect(unknown.status == .done)
    }

    @Test func quietSaysErrorsOnly() async throws {
        answer("SELECT abc", columns(("a", 23)), [["1"]])
        canned["an1"].answer("SELECT notice", .noticed(ServerMessage(severity: "NOTICE", message: "n"), .value("1")))
        for format in OutputFormat.allCases where format != .script {
            let answer = try await canned.run("SELECT abc; sql SELECT notice; node list; node ping") {
                $0.format = format
                $0.isQuiet = true
            }
            #expect(answer.status == .done && answer.data.isEmpty && answer.messages.isEmpty, "\(answer)")
        }
        let one = try await canned.run("node list --quiet; echo a")
        #expect(one.data == "a\n")
        canned["an1"].answer("SELECT wrong", .refused("no", sqlstate: "42P01"))
        let failed = try await canned.run("sql --quiet --format json SELECT wrong")
        #expect(failed.status == .failed && failed.messages.contains("error: no"))
        #expect(failed.data.contains(#""ok":false"#))
    }

    @Test func eachNegativeAnswerIsCounted() async throws {
        canned["dn2"].openings = [.down("dn2")]
        let answer = try await canned.run("status; echo a; sql SELECT unknown; status") { $0.keepGoing = true }
        #expect(answer.messages.contains("3 of 4 commands failed"), "\(answer)")
    }

    @Test func queryOfOneNodeHasItInFront() async throws {
        canned["dn1"].answer("SELECT i", .table(["i"], [["1"], ["2"]]))
        let answer = try await canned.run("query --on dn1 --format json SELECT i")
        #expect(
            answer.json == """
                {"v":1,"command":"query","columns":["node","i"],"rows":[["dn1","1"],["dn1","2"]],\
                "ok":true,"changed":false,"nodes":[{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":0}]}

                """)
    }
}
