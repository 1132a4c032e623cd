import CommandLanguage
import Foundation
import Shell
import Testing

/// What is made from the table of commands for people who are not at the prompt.
@Suite struct ManualTests {
    private static let described = Catalogue.table.commands + ControlSyntax.all

    /// The reference is beside the commands that it describes.
    @Test func theReferenceIsCurrent() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Shell/Commands/README.md")
        if ProcessInfo.processInfo.environment["TSCL_RECORD"] != nil {
            try CommandReference.text(Catalogue.table).write(to: file, atomically: true, encoding: .utf8)
        }
        let recorded = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let isCurrent = recorded == CommandReference.text(Catalogue.table)
        #expect(isCurrent, "TSCL_RECORD=1 swift test --filter theReferenceIsCurrent writes \(file.path) anew")
    }

    @Test func theManualPageHasEachCommandOptionAndTopic() {
        let page = ManualPage.text(Catalogue.table)
        let lines = Set(page.split(separator: "\n"))
        let options = TsclOptions.all.all.map(\.syntax.name) + Self.described.flatMap(\.options).map(\.name)
        for name in Self.described.map(\.name) { #expect(lines.contains(".B \(escaped(name))"), "\(name)") }
        for name in options { #expect(page.contains(escaped(name)), "\(name)") }
        for topic in HelpTopic.all(Catalogue.table) where topic.name != "options" {
            #expect(page.contains(topic.summary.prefix(12)), "\(topic.name)")
        }
    }

    /// What roff would take for its own is never a text's beginning, and no line is one that it would cut.
    @Test func theManualPageIsRoff() {
        for line in ManualPage.text(Catalogue.table).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        {
            #expect(!line.isEmpty && !line.hasPrefix("'") && line.allSatisfy(\.isASCII), "\(line)")
            guard line.hasPrefix(".") else { continue }
            let request = line.dropFirst().prefix { $0 != " " }
            #expect(
                ["TH", "ad", "nh", "SH", "SS", "PP", "TP", "B", "BR", "RS", "RE", "nf", "fi", "br"].contains(request),
                "\(line)")
        }
    }

    private func escaped(_ text: String) -> String { text.replacing("-", with: "\\-") }

    @Test func thoseThatSayMostAreFoundFirst() {
        #expect(HelpSearch.findings(["password"], in: Catalogue.table).first?.name == "passwords")
        #expect(HelpSearch.findings(["heal", "schedule"], in: Catalogue.table).first?.name == "heal schedule")
        #expect(
            HelpSearch.findings(["REPLICATION-factor"], in: Catalogue.table).map(\.name).contains("hypertable create"))
        #expect(HelpSearch.findings(["heal", "xyzzy"], in: Catalogue.table).isEmpty)
        #expect(HelpSearch.findings(["predicate"], in: Catalogue.table).map(\.name).contains("scripts"))
    }
}
