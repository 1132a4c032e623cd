import Shell
import Testing

/// What a shell is told may come next behind `tscl`.
@Suite struct ArgumentCompleterTests {
    private static let names = {
        var names = CompletionNames()
        names.nodes = ["dn1", "dn2", "odd name"].map { .init($0) }
        names.roles = ["app"]
        return names
    }()

    private func candidates(_ words: String...) -> [String] {
        ArgumentCompleter(Catalogue.table, names: Self.names).answer(words).candidates.map(\.text)
    }

    private func takesFile(_ words: String...) -> Bool {
        ArgumentCompleter(Catalogue.table, names: Self.names).answer(words).takesFile
    }

    @Test func theWordsOfCommands() {
        #expect(candidates("nod") == ["node"])
        #expect(candidates("node", "a") == ["add", "alter", "attach", "allow", "abandon"])
        #expect(candidates("wai") == ["wait"])
        #expect(candidates("wait", "") == ["until"])
        #expect(candidates("help", "scr") == ["scripts"])
        #expect(candidates("nonsense", "") == [])
    }

    @Test func eachHasItsSummary() {
        let answer = ArgumentCompleter(Catalogue.table, names: Self.names).answer(["node", "en"])
        #expect(answer.text == "words\nenable\tMark data nodes as available")
    }

    @Test func theOptionsOfACommandAndTheirValues() {
        #expect(candidates("node", "add", "dn1", "--po") == ["--port"])
        #expect(candidates("node", "list", "--format", "j") == ["json", "jsonl"])
        #expect(candidates("node", "list", "--format=j") == ["--format=json", "--format=jsonl"])
        #expect(candidates("node", "delete", "dn1", "--he") == ["--help"])
        #expect(!candidates("node", "add", "--host", "x", "--").contains("--host"))
    }

    @Test func namesThatExist() {
        #expect(candidates("node", "ping", "dn") == ["dn1", "dn2"])
        #expect(candidates("node", "ping", "odd") == ["odd name"])
        #expect(candidates("exec", "--on", "dn") == ["dn1", "dn2"])
        #expect(candidates("exec", "--on", "dn1,d") == ["dn1,dn2"])
        #expect(candidates("role", "show", "a") == ["app"])
    }

    /// The word would be read as the option, whose consent nobody gave.
    @Test func aNameLikeAnOptionIsOfferedWhereItIsAName() {
        var names = Self.names
        names.roles = ["--yes", "app"]
        let completer = ArgumentCompleter(Catalogue.table, names: names)
        func candidates(_ words: String...) -> [String] { completer.answer(words).candidates.map(\.text) }
        #expect(candidates("role", "drop", "") == ["app"])
        #expect(candidates("role", "drop", "--", "") == ["--yes", "app"])
    }

    @Test func tsclsOwnOptions() {
        #expect(candidates("--keep") == ["--keep-going"])
        #expect(candidates("--format", "c") == ["csv"])
        #expect(candidates("--format=c") == ["--format=csv"])
        #expect(candidates("-h", "an1", "node", "li") == ["list"])
        #expect(candidates("-wh", "an1", "node", "li") == ["list"])
        #expect(candidates("-han1", "node", "li") == ["list"])
        #expect(candidates("-h", "node", "li") == ["listen"])
        #expect(candidates("-h", "") == [])
        #expect(candidates("-c", "status", "no") == [])
        #expect(candidates("--yes", "--y") == [])
    }

    @Test func filesWhereOneMayStand() {
        #expect(takesFile("grow"))
        #expect(takesFile("-f", "") && takesFile("--log", "") && takesFile("--log="))
        #expect(takesFile("grow.tscl", ""))
        #expect(takesFile("include", "ro"))
        #expect(takesFile("role", "alter", "app", "--password-file", ""))
        #expect(!takesFile("node", "add", "") && !takesFile("-h", "") && !takesFile("--format", ""))
    }

    @Test func theConnectionIsWhatStandsBeforeTheFirstWord() {
        #expect(
            ArgumentCompleter.outerArguments(of: ["-h", "an1", "--yes", "node", "-h", ""]) == ["-h", "an1", "--yes"])
        #expect(ArgumentCompleter.outerArguments(of: ["-h", ""]) == ["-h"])
        #expect(ArgumentCompleter.outerArguments(of: ["-"]) == [])
    }
}
