import CommandLanguage
import Testing

/// What may stand at the end of a command line.
@Suite struct CommandLineTests {
    // MARK: One command as words

    @Test(arguments: [
        (["no"], ["heal", "node", "help", "exec", "include", "wait", "assert", "sleep", "SQL"]),
        (["node", "a"], ["attach", "show"]), (["heal", ""], ["list", "status", "<all|NAMES>"]),
        (["heal", "odd name", ""], ["<all|NAMES>"]),
        (["heal", "--p"], ["--parallel", "--timeout", "--format", "--help"]),
        (["heal", "--parallel", ""], ["--parallel N"]), (["heal", "--parallel=1"], ["--parallel N"]),
        (["heal", "--paralel=1"], []), (["heal", "--", "-"], ["<all|NAMES>"]), (["exec", ""], ["SQL"]),
        (["exec", "--on", "dn1,d"], ["--on NODES"]), (["help", "node", ""], ["<COMMAND|TOPIC>"]),
        (["wait", ""], ["until"]), (["wait", "until", "cluster", ""], ["healthy"]),
        (["wait", "until", "cluster", "healthy", ""], ["and", "or", "--timeout", "--every"]),
        (["include", "ro"], ["<FILE>"]), (["assert", "node", "a b", ""], ["exists", "up", "available", "attached"]),
        (["nonsense", ""], []), (["node", "--"], ["--help"]), (["--"], []), (["if", ""], []), ([], []),
    ])
    func expected(_ words: [String], _ expected: [String]) {
        #expect(ArgumentWords(words).cursorPlace(table: helpfulTable).summary == expected)
    }

    @Test(arguments: [
        (["heal", "dn"], "dn"), (["heal", "--format=j"], "--format=j"), (["exec", "SEL"], "[SEL"),
        (["exec", "SELECT 1", "FR"], "[SELECT 1 FR"), (["SELECT", "1"], "[SELECT 1"), (["SEL"], "SEL"),
        (["exec", "--", "-"], "[-"),
    ])
    func written(_ words: [String], _ expected: String) {
        #expect(ArgumentWords(words).cursorPlace(table: helpfulTable).written == expected)
    }

    @Test func given() {
        let place = ArgumentWords(["heal", "dn1", "${x}", "--parallel", "2", ""]).cursorPlace(table: helpfulTable)
        #expect(place.given == ["dn1", "${x}", "2"])
    }

    // MARK: The program's own options

    private let options = ProgramOptions(
        [
            ProgramOption("h", OptionSyntax("--host", "HOST", .text, "Host")),
            ProgramOption("p", OptionSyntax("--port", "PORT", .integer(1...65535), "Port")),
            ProgramOption("w", OptionSyntax("--no-password", "Never ask")),
            ProgramOption("X", OptionSyntax("--no-rc", "No file")),
            ProgramOption("c", OptionSyntax("--command", "COMMAND", .text, "Run"), mayRepeat: true),
            ProgramOption(nil, OptionSyntax("--format", "FORMAT", .choice(["table", "json"]), "How")),
        ], program: "prog")

    @Test(arguments: [
        ("", "|"), ("-h an1 node list", "--host=an1|node list"),
        ("-han1 -wX -p 1", "--host=an1 --no-password --no-rc --port=1|"),
        ("-wh an1 x", "--no-password --host=an1|x"), ("--host=a=b --format json", "--host=a=b --format=json|"),
        ("-c a -c b", "--command=a --command=b|"), ("-- -h x", "|-h x"), ("- -h", "|- -h"), ("--host= x", "--host=|x"),
    ])
    func read(_ line: String, _ expected: String) throws {
        let reading = try options.read(line.split(separator: " ").map(String.init))
        let given = reading.given.map { $0.option.name + ($0.value.map { "=" + $0 } ?? "") }.joined(separator: " ")
        #expect("\(given)|\(reading.rest.joined(separator: " "))" == expected)
    }

    @Test(arguments: [
        ("--hots x", "unknown option --hots", "did you mean --host?"),
        ("--zzzzzz", "unknown option --zzzzzz", "'prog --help' lists them"),
        ("-wz", "unknown option -z", "'prog --help' lists them"), ("--no-rc=1", "--no-rc takes no value", nil),
        ("--host", "--host needs a value", "--host HOST"), ("-wh", "-h needs a value", "--host HOST"),
        ("-p x", "--port: 'x' is not a whole number", nil), ("--port=0", "--port: 0 is not between 1 and 65535", nil),
    ])
    func faults(_ line: String, _ message: String, _ help: String?) {
        do throws(ProgramOptions.Fault) {
            _ = try options.read(line.split(separator: " ").map(String.init))
            Issue.record("no fault")
        } catch {
            #expect(error.message == message && error.help == help)
        }
    }

    @Test(
        arguments: [
            (["-h", ""], ["--host HOST"], 1), (["-wh", "a"], ["--host HOST"], 1),
            (["--format", "j"], ["--format FORMAT"], 1),
            (["--format=j"], ["--format FORMAT"], 0), (["--no-rc=j"], [], 0), (["--nonsense=j"], [], 0),
            (["-h", "a", "-c", "x", "-"], ["--port", "--no-password", "--no-rc", "--command", "--format"], 4),
            (["-wX", "--"], ["--host", "--port", "--command", "--format"], 1),
        ] as [([String], [String], Int)])
    func places(_ words: [String], _ expected: [String], _ length: Int) {
        let place = options.place(in: words)
        #expect(place.cursor?.summary == expected && place.length == length)
    }

    @Test(
        arguments: [
            ([], 0), ([""], 0), (["-h", "a", "node", ""], 2), (["-han1", "no"], 1), (["-h", "a", "--", "-"], 3),
            (["-", "-"], 0), (["--nonsense", "no"], 1),
        ] as [([String], Int)])
    func whatFollowsTheOptions(_ words: [String], _ length: Int) {
        let place = options.place(in: words)
        #expect(place.cursor == nil && place.length == length)
    }

    @Test func theOptionsThatAreGiven() {
        #expect(
            options.place(in: ["-wh", "a", "-c", "x", ""]).given.map(\.name) == [
                "--no-password", "--host", "--command",
            ])
    }
}
