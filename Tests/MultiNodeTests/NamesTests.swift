import MultiNode
import Testing

@Suite struct NamesTests {
    @Test(arguments: [
        ("conditions", nil, "conditions"), ("Public.Conditions", "Public", "Conditions"),
        (#""my.schema"."a ""b"" c""#, "my.schema", #"a "b" c"#), (#"s."t.u""#, "s", "t.u"), ("naïve.温度", "naïve", "温度"),
        ("with space", nil, "with space"),
    ])
    func tables(_ text: String, schema: String?, name: String) throws {
        let table = try TableName(text)
        #expect(table.schema == schema)
        #expect(table.name == name)
        let again = try TableName(table.description)
        #expect(again == table)
    }

    @Test(arguments: ["", ".", "a.", ".b", "a.b.c", #""open"#, #"a"b""#, #""a"b"#, #""".b"#, "a\0b"])
    func noTables(_ text: String) {
        #expect(throws: MultiNodeError.self) { try TableName(text) }
    }

    @Test func longNamesAreRefusedRatherThanCutOff() throws {
        let longest = String(repeating: "ä", count: 31) + "x"
        #expect(try NodeName(longest).text == longest)
        #expect(throws: MultiNodeError.invalidName(longest + "x", reason: "it has 64 bytes, and PostgreSQL keeps 63")) {
            try NodeName(longest + "x")
        }
        #expect(throws: MultiNodeError.invalidName("", reason: "it is empty")) { try RoleName("") }
        #expect(throws: MultiNodeError.self) { try NodeName("a\0") }
    }

    @Test(arguments: ["public", "none"])
    func reservedRoles(_ name: String) {
        #expect(throws: MultiNodeError.invalidName(name, reason: "PostgreSQL keeps it for itself")) {
            try RoleName(name)
        }
    }

    @Test(arguments: [
        [], ["a"], ["a", "b"], [""], ["NULL", "null"], [#"a"b\c"#, "x,y", "{z}", " "], ["dn1", "Dn 2"], ["温度"],
    ])
    func arraysComeBack(_ elements: [String]) {
        #expect(ArrayText.elements(ArrayText.text(elements)) == elements)
    }

    @Test func arraysOfTheServer() {
        #expect(ArrayText.elements(#"{dn1,NULL,"Dn 2","a\"b\\"}"#) == ["dn1", nil, "Dn 2", #"a"b\"#])
        for text in ["", "{", "{a", "a}", "{a,}", "{,a}", #"{"a}"#, #"{"a"b}"#, "{{a}}"] {
            #expect(ArrayText.elements(text) == nil)
        }
    }

    @Test func literalsAndIdentifiers() {
        #expect(Quoting.literal("it's") == "'it''s'")
        #expect(Quoting.literal(#"a\'b"#) == #"E'a\\''b'"#)
        #expect(Quoting.literal("") == "''")
        #expect(Quoting.identifier("a\"b") == #""a""b""#)
        #expect(Quoting.identifier("Select") == #""Select""#)
    }
}
