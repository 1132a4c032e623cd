import CommandLanguage
import LanguageProperties
import Testing

@Suite struct WordTests {
    @Test(
        arguments: [
            // Quotes
            Case("echo a 'b c' \"d e\"", "echo [a] ['b c'] ['d e']"),
            Case("echo 'it''s' '' \"\"", "echo ['it's'] [''] ['']"),
            Case(#"echo 'a\nb' "a\nb\t\"\\\$""#, #"echo ['a\nb'] ['a"# + "\nb\t\"\\$']"),
            Case(
                #"echo "${x}y" "a${x:-b c}" ${env:HOME} ${1}"#, "echo [${x}+'y'] ['a'+${x:-b c}] [${env:HOME}] [${1}]"),
            Case("echo 'a${x}' \"\\${x}\"", "echo ['a${x}'] ['${x}']"),
            Case("echo ${env} ${env:-d} ${env:A:-b}", "echo [${env}] [${env:-d}] [${env:A:-b}]"),
            // Adjacent pieces
            Case("echo a'b'\"c\"$$d$$e", "echo [a+'b'+'c'+'d'+e]"),
            Case("echo ''a a'' ''\"\"", "echo [''+a] [a+''] [''+'']"),
            // Dollar quotes
            Case("echo $$a 'b' ;\n#c$$ d", "echo ['a 'b' ;\n#c'] [d]"),
            Case("echo $t$a$$b$u$c$t$", "echo ['a$$b$u$c']"),
            Case("echo $é$a$é$", "echo ['a']"),
            Case("echo a$$b $1$ $ $x x$", "echo [a$$b] [$1$] [$] [$x] [x$]"),
            // Comments
            Case("#!/usr/bin/env tscl\necho p#1 # c\n# d\necho 'x'#y", "echo [p#1]", "echo ['x'+#y]"),
            Case("echo a;#b\necho -- -- # c", "echo [a]", "echo [--]"),
            // Ends of commands
            Case("echo a;echo b ; ;; echo c", "echo [a]", "echo [b]", "echo [c]"),
            Case("\u{FEFF}echo a\r\necho b\r", "echo [a]", "echo [b]"),
            Case("echo a \\\n  b\\\nc\\\r\nd", "echo [a] [b] [c] [d]"),
            Case("echo a \\\n# b \\\necho c", "echo [a]", "echo [c]"),
            Case("echo a\\b \\c d\\", #"echo [a\b] [\c] [d\]"#),
            Case("  \t echo\u{0B}a\u{0C}", "echo [a]"),
            Case(""), Case(" \n;\r\n# c"),
            // Braces
            Case("echo {a,b} x{1..3}y{01..08}", "echo [{a|b}] [x+{1...3 width 0}+y+{1...8 width 2}]"),
            Case("echo {a,{b,c}}{,d} {'x,y',\"${z}\"}", "echo [{a|{b|c}}+{|d}] [{'x,y'|${z}}]"),
            Case("echo {} {a} {a,b a}b { } ,", "echo [{}] [{a}] [{a,b] [a}b] [{] [}] [,]"),
            Case(
                "echo {8..1} {9..10} {a..c} 'x{1..2}'", "echo [{8...1 width 0}] [{9...10 width 0}] [{a..c}] ['x{1..2}']"
            ),
        ] as [Case])
    func words(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test(arguments: [
        Case("echo 'a\necho b", "1:6-7: unclosed ' (\(quoteHelp))", "echo [b]"),
        Case("echo x\"a'\r\necho b", "1:7-8: unclosed \" (\(quoteHelp))", "echo [b]"),
        Case("echo é 'é' \"ü", "1:12-13: unclosed \" (\(quoteHelp))"),
        Case("echo $$a\necho b", "1:6-8: unclosed $$ (it is open to the end of the input)"),
        Case("echo $tag$ $$ $x$", "1:6-11: unclosed $tag$ (it is open to the end of the input)"),
        Case(#"echo "a\x""#, #"1:8-10: unknown escape \x (known are \" \\ \n \t \$; in '…' a backslash is itself)"#),
        Case(#"echo "\é""#, #"1:7-9: unknown escape \é (known are \" \\ \n \t \$; in '…' a backslash is itself)"#),
        Case("echo ${x", "1:6-8: unclosed ${ (\(variableHelp))"),
        Case("echo \"${x\" y", "1:7-9: unclosed ${ (\(variableHelp))"),
        Case("echo ${x-y}", "1:6-8: unclosed ${ (\(variableHelp))"),
        Case("echo ${}", "1:6-9: a variable's name is missing"),
        Case("echo ${env:}", "1:6-13: a variable's name is missing"),
        Case("echo {1..}", "1:6-10: a range needs two numbers (as in {1..8})"),
        Case("echo {1..x}", "1:6-10: a range needs two numbers (as in {1..8})"),
        Case("echo {1..99999999999999999999}", "1:6-30: a range needs two numbers (as in {1..8})"),
        Case("echo {1..10001}", "1:6-16: a range of more than 10000 numbers"),
        Case("echo {a,{b,{c,{d,{e,f}}}}}", "1:18-19: braces are nested too deeply (quote a { that is text)"),
    ])
    func errors(_ row: Case) { #expect(reading(of: row.text) == row.expected) }

    @Test func whatIsNoText() {
        let help = "commands are read as UTF-8 and nothing else"
        func read(_ bytes: [UInt8]) -> [String] { reading(of: SourceText(name: "t", bytes: bytes)) }
        #expect(read(Array("echo a\0b c\necho d".utf8)) == ["1:7-8: a NUL byte can't be in a command", "echo [d]"])
        #expect(
            read(Array("echo 'é".utf8) + [0xE9] + Array("'\necho d".utf8)) == [
                "1:8-9: the byte 0xE9 is not UTF-8 (\(help))", "echo [d]",
            ])
        // A comment is reported by itself: the command behind it is whole.
        #expect(
            read(Array("# M".utf8) + [0xFC] + Array("ller\necho d".utf8)) == [
                "1:4-5: the byte 0xFC is not UTF-8 (\(help))", "echo [d]",
            ])
        #expect(
            read(Array("sql SELECT E'\\".utf8) + [0] + Array("'".utf8)) == ["1:15-16: a NUL byte can't be in a command"]
        )
        // Overlong, surrogate, beyond the last scalar, cut off, a continuation alone.
        let sequences: [[UInt8]] = [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ]
        for sequence in sequences {
            #expect(read(Array("echo ".utf8) + sequence).count == 1, "\(sequence)")
        }
        #expect(read(Array("echo é€😀\u{10FFFF}".utf8)) == ["echo [é€😀\u{10FFFF}]"])
    }

    @Test func aCharacterCutByTheEndOfAChunkIsNoFault() {
        let source = SourceText(name: "t", bytes: Array("SELECT '".utf8) + [0xE2, 0x82])
        var parser = Parser(source, table: table, isFinal: false)
        guard case .incomplete(.sqlQuote) = parser.next() else {
            Issue.record("not incomplete")
            return
        }
        var final = Parser(source, table: table)
        guard case .failure = final.next() else {
            Issue.record("no failure")
            return
        }
    }
}

private let quoteHelp = "quotes end on the line they begin on; $$…$$ may span lines"
private let variableHelp = "variables are written ${name}, ${name:-default}, ${name:?error} or ${env:NAME}"
