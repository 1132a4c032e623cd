import Foundation
import Rendering
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            (nil, "null"),
            (true, "true"),
            (-7, "-7"),
            (.integer(.min), "-9223372036854775808"),
            (.number("12345678901234567890.50"), "12345678901234567890.50"),
            ("plain", #""plain""#),
            (#"a "b" \ /"#, #""a \"b\" \\ /""#),
            ("\u{8}\u{C}\n\r\t\u{1}", #""\b\f\n\r\t\u0001""#),
            ("日本 👍", #""日本 👍""#),
            ("\u{1B}[\u{9B}\u{7F}\u{202E}\u{2028}", #""\u001B[\u009B\u007F\u202E\u2028""#),
            ("e\u{301}\"\u{301}", "\"e\u{301}\\\"\u{301}\""),
            ([], "[]"),
            ([1, [nil, "x"]], #"[1,[null,"x"]]"#),
            ([:], "{}"),
            (["b": 1, "a": ["é\"": false]], #"{"b":1,"a":{"é\"":false}}"#),
        ] as [(JSON, String)])
    func text(json: JSON, text: String) {
        #expect(json.text == text)
    }

    @Test(arguments: ["0", "-0", "10", "1.5", "0.001", "1e10", "1E+5", "1.5e-300", "-12.0"])
    func number(text: String) {
        #expect(JSON.number(text).text == text)
    }

    @Test(arguments: [
        "", "NaN", "Infinity", "-Infinity", "-", "01", "1.", ".5", "+1", "1e", "1e+", "1 ", " 1", "0x10", "1_000",
        "1-2",
        "１",
    ])
    func noNumber(text: String) {
        #expect(JSON.number(text).text == "\"\(text)\"")
    }

    @Test func anotherReaderReadsTheSame() throws {
        let scalars = (UInt32(0)..<0x300).map { $0 } + [0x2028, 0x202E, 0xFFFF, 0x1F600, 0x10FFFF]
        var string = ""
        string.unicodeScalars.append(contentsOf: scalars.compactMap(Unicode.Scalar.init))
        let data = Data(JSON.array([.string(string), .number("NaN"), 3]).text.utf8)
        let read = try #require(try JSONSerialization.jsonObject(with: data) as? [Any])
        let same = (read[0] as? String)?.unicodeScalars.elementsEqual(string.unicodeScalars)
        #expect(same == true)
        #expect(read[1] as? String == "NaN")
        #expect(read[2] as? Int == 3)
    }

    @Test(
        arguments: [
            (.null, nil),
            (.text(""), ""),
            (.integer(3), 3),
            (.number("1.50"), .number("1.50")),
            (.bool(false), false),
            (.array([.text("dn1"), .null]), ["dn1", nil]),
        ] as [(Value, JSON)])
    func value(value: Value, json: JSON) {
        #expect(value.json == json)
    }
}
