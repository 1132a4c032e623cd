import CommandLanguage
import Foundation
import Shell
import Testing

@Suite struct ScriptPreparationTests {
    @Test(arguments: [
        "node add a a --host h", "role create a --on b --everywhere", "role drop a a", "role sync a a",
        "node add a --host h --password-prompt --password-stdin", "sql --into 1v SELECT 1", "set 1v x", "node add a,",
    ])
    func whatIsWrongIsFound(_ text: String) throws {
        let source = SourceText(name: "t", "echo before\n\(text)\necho behind")
        #expect(try ScriptPreparation(Variables()).check([source]).count == 1)
    }

    /// Wherever it is entered: nothing else would end the check.
    @Test(arguments: [
        ["a.tscl": "include a.tscl"], ["a.tscl": "include b.tscl", "b.tscl": "include a.tscl"],
        ["a.tscl": "include b.tscl", "b.tscl": "include c.tscl", "c.tscl": "if 1 == 1 { include b.tscl }"],
    ])
    func filesThatIncludeThemselvesAreFound(_ files: [String: String]) throws {
        let folder = NSTemporaryDirectory() + "tscl-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        let source = SourceText(name: "t", "include \(folder)/a.tscl\ninclude \(folder)/a.tscl")
        #expect(try ScriptPreparation(Variables()).check([source]).count == 1)
        let parsed = Parser.parse(source, table: Catalogue.table)
        #expect(ScriptPreparation(Variables()).prepare(parsed.statements).faults.count == 1)
    }
}
