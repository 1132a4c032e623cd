import CommandLanguage
import Foundation
import LineEditing
import Shell
import LanguageProperties
import Testing

/// What Tab offers: the words, and the byte from which they replace what is written.
@Suite struct CompleterTests {
    private static let completer: Completer = {
        var names = CompletionNames()
        names.nodes = [.init("dn1"), .init("dn2", isAvailable: false, isBlocked: true), .init("an-2")]
        names.roles = ["app", "owner"]
        names.hypertables = ["conditions"]
        names.chunks = ["_dist_hyper_1_2_chunk", "_dist_hyper_1_1_chunk"]
        names.tables = [
            .init("conditions"), .init("plain"), .init("Odd", written: "\"Odd\""), .init("seen", isTable: false),
        ]
        names.jobs = [.init(1000, "retention"), .init(1001, "healing", isScheduled: false)]
        names.variables = ["table"]
        names.environment = ["HOME", "PGHOST"]
        names.sandboxes = ["default", "demo"]
        names.sandboxNodes = ["an1", "dn1"]
        return Completer(Catalogue.table, names: names)
    }()

    private func offers(_ line: String) -> [String] {
        Self.completer.complete(line, cursor: line.utf8.count).candidates.map(\.label)
    }

    @Test func commandsByTheirFirstWord() {
        #expect(offers("he") == ["heal", "help"])
        #expect(offers("").contains("node"))
        #expect(offers("").contains("foreach"), "what controls others is there too")
        #expect(!offers("").contains("SELECT"))
    }

    @Test func theSecondWordOfACommand() {
        #expect(offers("node l") == ["list"])
        #expect(
            offers("role ") == [
                "list", "show", "check", "create", "alter", "drop", "grant", "revoke", "sync", "map", "unmap",
                "passfile", "certificate",
            ])
    }

    @Test func chunksByTheirNames() {
        #expect(offers("chunk show ") == ["_dist_hyper_1_1_chunk", "_dist_hyper_1_2_chunk"])
        #expect(offers("chunk verify c") == ["conditions"])
        #expect(offers("chunk verify conditions _dist_hyper_1_2") == ["_dist_hyper_1_2_chunk"])
        #expect(offers("chunk list ") == ["conditions"])
    }

    @Test func aWordThatIsACommandAndAGroup() {
        #expect(offers("heal ") == ["all", "an-2", "dn1", "dn2", "list", "schedule", "status", "unschedule"])
        #expect(offers("heal l") == ["list"])
    }

    @Test func optionsThatAreNotGivenYet() {
        #expect(offers("node add x --ho") == ["--host"])
        #expect(offers("node add x --host h --ho") == [])
        #expect(offers("node add x --host=h --ho") == [])
        #expect(offers("node list --for") == ["--format"])
    }

    @Test func valuesOfOptions() {
        #expect(offers("node list --format ") == ["table", "expanded", "json", "jsonl", "csv", "tsv", "script"])
        #expect(offers("node list --format c") == ["csv"])
        #expect(offers("exec --on ") == ["all", "dn1", "dn2", "an-2"])
        #expect(offers("node attach dn1 --to c") == ["conditions"])
    }

    @Test func valuesBehindAnEqualsSign() {
        let completion = Self.completer.complete("node list --format=c", cursor: 20)
        #expect(completion.candidates.map(\.insert) == ["csv "])
        #expect(completion.replacing == 19..<20)
    }

    @Test func anOptionWithoutAValueIsFollowedByOperands() {
        #expect(offers("node delete --yes d") == ["dn1", "dn2"])
        #expect(offers("node delete --timeout 5s d") == ["dn1", "dn2"])
    }

    @Test func namesThatAreNotGivenYet() {
        #expect(offers("node ping d") == ["dn1", "dn2"])
        #expect(offers("node ping dn1 d") == ["dn2"])
        #expect(offers("node show dn1 ") == [], "it takes one")
        #expect(offers("role drop ") == ["app", "owner"])
        #expect(offers("hypertable replicate ") == ["conditions"])
        #expect(offers("unset ") == ["table"])
        #expect(offers("sandbox kill ") == ["an1", "dn1"])
        #expect(offers("timing o") == ["off", "on"])
    }

    @Test func valuesOfOptionsAreNoOperands() {
        #expect(offers("node show --timeout 5s d") == ["dn1", "dn2"])
        #expect(offers("role grant p") == ["public"])
    }

    @Test func commandsForHelp() {
        #expect(offers("help hea") == ["heal"])
        #expect(offers("help scr") == ["scripts"])
        #expect(offers("help node scr") == [])
        #expect(offers("node list --h") == ["--help"])
        #expect(offers("help node al") == ["alter", "allow"])
    }

    @Test(arguments: ["nod list ", "node lst ", "xyz", "node add ", "node list x ", "SELECT ", "echo # no"])
    func nothingWhereNothingIsKnown(_ line: String) {
        #expect(offers(line) == [])
    }

    @Test func theLastCommandOfALine() {
        #expect(offers("node list; role dr") == ["drop"])
        #expect(offers("node list\nrole dr") == ["drop"])
    }

    @Test func theCursorEndsWhatIsLookedAt() {
        let completion = Self.completer.complete("node l dn1", cursor: 6)
        #expect(completion.candidates.map(\.insert) == ["list "])
        #expect(completion.replacing == 5..<6)
    }

    @Test func bytesAreCountedNotCharacters() {
        let line = "echo é; node pi"
        #expect(Self.completer.complete(line, cursor: line.utf8.count).replacing == 14..<16)
    }

    @Test func aNameThatIsNoBareWordIsQuoted() {
        var names = CompletionNames()
        names.nodes = [.init("data node"), .init("dn1")]
        let candidates = Completer(Catalogue.table, names: names).complete("node ping da", cursor: 12).candidates
        #expect(candidates.map(\.insert) == ["'data node' "])
        #expect(candidates.map(\.label) == ["data node"])
    }

    @Test(arguments: [
        ("if no", ["node", "not"]), ("if not no", ["node"]), ("if node d", ["dn1", "dn2"]),
        ("if node dn1 ", ["attached", "available", "exists", "up"]), ("if node dn1 attached ", ["to"]),
        ("if node dn1 attached to c", ["conditions"]), ("if node dn1 up ", ["and", "or", "{"]),
        ("assert cl", ["cluster"]),
        ("assert role app exists ev", ["everywhere"]), ("wait ", ["until"]), ("wait until in-doubt ", ["none"]),
        ("wait until cluster healthy --t", ["--timeout"]), ("wait until cluster healthy --timeout ", []),
        ("foreach n ", ["in"]), ("foreach n in ro", ["roles", "rows"]),
        ("if not cluster healthy { node enable d", ["dn2"]),
        ("if node dn1 up {\n} e", ["else"]), ("transaction {\n  role dr", ["drop"]),
        ("foreach n in nodes { ech", ["echo"]),
    ])
    func whatControlsOthers(_ line: String, _ expected: [String]) {
        #expect(offers(line).sorted() == expected)
    }

    @Test(arguments: [
        ("node enable ", ["dn2"]), ("node disable ", ["an-2", "dn1"]), ("node allow ", ["dn2"]),
        ("job resume ", ["1001 healing"]), ("job pause ", ["1000 retention"]),
        ("job delete ", ["1000 retention", "1001 healing"]), ("hypertable create ", ["Odd", "plain"]),
        ("sandbox down --name d", ["default", "demo"]), ("role create x --password-env P", ["PGHOST"]),
    ])
    func onlyWhatMakesSense(_ line: String, _ expected: [String]) {
        #expect(offers(line) == expected)
    }

    @Test(arguments: [
        ("echo ${ta", ["table}"], 7), ("echo \"a ${ta", ["table}"], 10), ("echo ${e", ["env:"], 7),
        ("echo ${env:P", ["env:PGHOST}"], 7), ("sql SELECT :'ta", ["table'"], 13),
        ("sql SELECT :\"ta", ["table\""], 13),
        ("echo 'a ${ta", [], 12),
    ])
    func variables(_ line: String, _ expected: [String], _ start: Int) {
        let completion = Self.completer.complete(line, cursor: line.utf8.count)
        #expect(completion.candidates.map(\.insert) == expected)
        if !expected.isEmpty { #expect(completion.replacing == start..<line.utf8.count) }
    }

    @Test(arguments: [
        ("sql SEL", ["SELECT "]), ("sql sel", ["select "]), ("SELECT * FR", ["FROM "]),
        ("exec --on dn1 TRUN", ["TRUNCATE "]),
        ("SELECT * FROM ", ["conditions ", "plain ", "\"Odd\" ", "seen "]), ("select * from pl", ["plain "]),
        ("SELECT * FROM \"O", ["\"Odd\" "]), ("SELECT * FROM od", ["\"Odd\" "]), ("SELECT \"O", []),
        ("SELECT 1;\nSELECT * FROM c", ["conditions "]), ("SELECT 'FR", []), ("SELECT 1 -- FR", []),
        ("SEL", ["SELECT "]),
        ("sql $$ SELECT * FROM pl", ["plain "]), ("SELECT *\nFROM pl", ["plain "]),
    ])
    func wordsOfSQL(_ line: String, _ expected: [String]) {
        let completion = Self.completer.complete(line, cursor: line.utf8.count)
        #expect(completion.candidates.map(\.insert) == expected)
    }

    @Test func aListWithCommas() {
        let completion = Self.completer.complete("exec --on dn1,d", cursor: 15)
        #expect(completion.candidates == [.init(insert: "dn1,dn2 ", label: "dn2")])
        #expect(completion.replacing == 10..<15)
        #expect(offers("exec --on=an-2,d") == ["dn1", "dn2"])
    }

    /// Names that only quotes make words of: whatever Tab puts in is read back as the name.
    @Test(arguments: [
        "data node", "it's", "a\"b", "$HOME", "x$y", "#1", "{a,b}", "a;b", "a\\b", "-- x", "two\nlines", "é ü", "*",
    ])
    func anyNameIsReadBack(_ name: String) throws {
        for opening in ["", "'", "\""] {
            var names = CompletionNames()
            names.roles = [name]
            let line = "role show " + opening
            let completion = Completer(Catalogue.table, names: names).complete(line, cursor: line.utf8.count)
            let candidate = try #require(completion.candidates.first)
            let whole = String(decoding: Array(line.utf8)[..<completion.replacing.lowerBound], as: UTF8.self)
            let source = SourceText(name: "", whole + candidate.insert)
            let (statements, diagnostics) = Parser.parse(source, table: Catalogue.table)
            #expect(diagnostics.isEmpty, "\(whole + candidate.insert)")
            guard case .command(let invocation)? = statements.first else { continue }
            let arguments = try Arguments(invocation, variables: Variables())
            #expect(arguments.operand("NAME")?.text == name)
        }
    }

    @Test func whatHasOneBeginningIsQuotedAlike() {
        var names = CompletionNames()
        names.roles = ["data node", "database"]
        let completer = Completer(Catalogue.table, names: names)
        #expect(
            completer.complete("role show d", cursor: 11).candidates.map(\.insert) == ["'data node' ", "'database' "])
        let open = completer.complete("role show 'data n", cursor: 17)
        #expect(open.candidates.map(\.insert) == ["'data node' "])
        #expect(open.replacing == 10..<17)
    }

    @Test func manyValuesOfOneOption() {
        #expect(offers("role create x --in-role ") == ["app", "owner"])
        #expect(offers("role create x --in-role app ") == ["owner"])
        #expect(offers("role create x --in-role app --lo") == ["--login"])
    }

    @Test func filesAndFolders() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let inner = folder.appendingPathComponent("my folder")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try Data().write(to: folder.appendingPathComponent("grow.tscl"))
        try Data().write(to: inner.appendingPathComponent("a.tscl"))
        let path = folder.path
        #expect(inserts("include \(path)/g") == ["\(path)/grow.tscl "])
        #expect(inserts("include \(path)/m") == ["'\(path)/my folder/"], "what is in it may come")
        #expect(inserts("include '\(path)/my folder/") == ["'\(path)/my folder/a.tscl' "])
        #expect(inserts("role create x --password-file=\(path)/g") == ["\(path)/grow.tscl "])
        #expect(offers("include \(path)/") == ["grow.tscl", "my folder/"])
    }

    private func inserts(_ line: String) -> [String] {
        Self.completer.complete(line, cursor: line.utf8.count).candidates.map(\.insert)
    }
}
