import Foundation
import LanguageProperties
import Testing

/// What holds of every text holds of those that scripts/fuzz begins with, among them all in which it found a fault.
@Suite struct CorpusTests {
    private static let folder = Bundle.module.bundleURL.appendingPathComponent("Corpus")
    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    @Test func corpusIsThere() { #expect(Self.files.count > 30) }

    @Test(arguments: files)
    func corpus(_ file: String) throws {
        let text = try Data(contentsOf: Self.folder.appendingPathComponent(file))
        #expect(ReadingProperties.violations(of: Array(text)) == [])
    }
}
