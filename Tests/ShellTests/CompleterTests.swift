import CommandLanguage
import LineEditing
import Shell
import Testing

/// What Tab offers: the words, and the byte from which they replace what is written.
@Suite struct CompleterTests {
    private static let completer: Completer = {
        var names = NameSnapshot.Names()
        names.nodes = ["dn1", "dn2", "an-2"]
        names.roles = ["app", "owner"]
        names.hypertables = ["conditions"]
        names.variables = ["table"]
        names.sandboxNodes = ["an1", "dn1"]
        return Completer(names: names)
    }()

    private func offers(_ line: String) -> [String] {
        Self.completer.complete(line, cursor: line.utf8.count).candidates.map(\.label)
    }

    @Test func commandsByTheirFirstWord() {
        #expect(offers("he") == ["heal", "help"])
        #expect(offers("").contains("node"))
        #expect(offers("").count == Set(Catalogue.table.commands.compactMap(\.words.first)).count)
    }

    @Test func theSecondWordOfACommand() {
        #expect(offers("node l") == ["list"])
        #expect(offers("role ") == ["alter", "check", "create", "drop", "grant", "list", "revoke", "show", "sync"])
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
        #expect(offers("node list --format ") == ["table", "expanded", "json", "csv", "script"])
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
        #expect(offers("help node al") == ["allow", "alter"])
    }

    @Test(arguments: ["nod list ", "node lst ", "xyz", "node add ", "node list x ", "SELECT ", "sql SEL"])
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
        var names = NameSnapshot.Names()
        names.nodes = ["data node", "dn1"]
        let candidates = Completer(names: names).complete("node ping da", cursor: 12).candidates
        #expect(candidates.map(\.insert) == ["'data node' "])
        #expect(candidates.map(\.label) == ["data node"])
    }
}
