import CannedServers
import CommandLanguage
import Foundation
import Rendering
import Shell
import Testing

/// What programs can rely on in answers.
@Suite struct AnswerSchemaTests {
    /// `node list<tab>port<tab>integer`
    private static let now = Catalogue.types.flatMap { type in
        type.columns.map { "\(type.syntax.name)\t\($0.name)\t\($0.kind.rawValue)" }
    }

    /// A column that is there once stays, and in its place among those that were there.
    @Test func noColumnGoes() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("answers.tsv")
        let recorded = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        let kept = Self.now.filter { recorded.contains($0) }
        let gone = recorded.filter { !Self.now.contains($0) }
        #expect(gone.isEmpty, "no answer has these columns any more")
        #expect(kept == recorded || !gone.isEmpty, "columns have changed places")
        let new = Self.now.filter { !recorded.contains($0) }
        if ProcessInfo.processInfo.environment["TSCL_RECORD"] != nil, gone.isEmpty {
            try Self.now.map { $0 + "\n" }.joined().write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(new.isEmpty, "TSCL_RECORD=1 swift test --filter noColumnGoes records them")
        }
    }

    @Test func theSchemaIsOfTheAnswers() async throws {
        let trial = try ShellTrial()
        let schema = try await trial.run("help --json-schema").data
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
        let properties = try #require(object["properties"] as? [String: Any])
        for line in ["node list", "sql SELECT 1", "nothing", "version"] {
            let answer = try await ShellTrial { $0.format = .json }.run(line).data
            for text in answer.split(separator: "\n") {
                let fields = try #require(
                    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
                #expect(fields.keys.allSatisfy { properties[$0] != nil }, "\(text)")
                #expect((object["required"] as? [String])?.allSatisfy { fields[$0] != nil } == true, "\(text)")
            }
        }
    }

    /// Each field of the state is in the schema, and each of the schema is there.
    @Test func theSchemaHasTheFieldsOfStatus() async throws {
        let schema = try await ShellTrial().run("help --json-schema").data
        let canned = CannedCluster()
        let answer = try await ShellTrial(canned) { $0.format = .json }.run("status").data
        func object(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
        let properties = try #require(try object(schema)["properties"] as? [String: Any])
        let expected = Self.names(inSchema: try #require(properties["cluster"] as? [String: Any]), "")
        let found = Self.names(in: try #require(try object(answer)["cluster"]), "")
        #expect(found.allSatisfy(expected.contains), "\(found.subtracting(expected))")
        // What nobody has made here is null or empty.
        let unmade = expected.subtracting(found).filter { !$0.hasPrefix(".healing_job.") && !$0.hasPrefix(".steps.") }
        #expect(unmade.isEmpty, "\(unmade)")
    }

    private static func names(in value: Any, _ path: String) -> Set<String> {
        if let fields = value as? [String: Any] {
            return fields.reduce(into: []) {
                $0.formUnion(names(in: $1.value, path + "." + $1.key).union([path + "." + $1.key]))
            }
        }
        return (value as? [Any] ?? []).reduce(into: []) { $0.formUnion(names(in: $1, path)) }
    }

    private static func names(inSchema schema: [String: Any], _ path: String) -> Set<String> {
        if let items = schema["items"] as? [String: Any] { return names(inSchema: items, path) }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        return properties.reduce(into: []) {
            $0.formUnion(names(inSchema: $1.value, path + "." + $1.key).union([path + "." + $1.key]))
        }
    }

    /// Where its columns are known, a name that none of them has is found before anything runs.
    @Test func unknownColumnsAreFoundWhenACommandIsRead() async throws {
        let answer = try await ShellTrial().run("echo first\nnode list --columns node,hots")
        #expect(answer.status == .usage && answer.data.isEmpty)
        #expect(answer.messages.contains("t:2:11: error: --columns: there is no column hots"), "\(answer)")
        #expect(answer.messages.contains("did you mean host?"))
    }
}
